"""python -m reports: the derivations as one document."""

if __name__ == "__main__":
    from reports.cli import main_reports

    raise SystemExit(main_reports())
