"""`eddyline football`: replay games, win probability, fourth downs, and the models behind them."""

import typer

from eddyline.cli.football.chart import chart
from eddyline.cli.football.export import export
from eddyline.cli.football.fourth_down import fourth_down
from eddyline.cli.football.predict import predict
from eddyline.cli.football.replay import replay
from eddyline.cli.football.sample import sample
from eddyline.cli.football.summary import summary
from eddyline.cli.football.train import train

app = typer.Typer(help="Football games: replays, win probability, fourth-down advice, and the models behind them.", no_args_is_help=True)
app.callback()(lambda: None)
app.command()(replay)
app.command()(predict)
app.command(name="fourth-down")(fourth_down)
app.command()(chart)
app.command()(summary)
app.command()(export)
app.command()(train)
app.command()(sample)
