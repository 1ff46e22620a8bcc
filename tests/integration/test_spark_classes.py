"""The archive of Spark's classes: every driver with the same jars maps it."""

import subprocess
import sys

import pytest

from eddyline.spark import class_archive
from eddyline.stack import jars, spark_classes

pytestmark = pytest.mark.integration

# In a process of its own: a process has one driver, and the other tests' may be here.
DRIVER = """
import sys
from pathlib import Path
from eddyline.settings import load
from eddyline.spark.session import SHORT_LIVED, driver_pid, start_session, stop_session
home, *jars = map(Path, sys.argv[1:])
spark = start_session(load(home=home, landing={"driver_java_options": SHORT_LIVED}), "tests", jars)
assert spark.range(3).count() == 3
print(Path(f"/proc/{driver_pid(spark)}/maps").read_text())
stop_session(spark)
"""


def test_a_driver_maps_the_archive_that_was_made_for_its_jars(tmp_path):
    libraries = jars.fetch("spark")
    spark_classes.make(libraries)
    driver = subprocess.run([sys.executable, "-c", DRIVER, tmp_path, *libraries], capture_output=True, text=True, check=True)
    assert str(class_archive.place(libraries)) in driver.stdout
