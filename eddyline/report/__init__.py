"""The report for readers in the business: charts, findings and advice, each computed from the lake's answers."""
