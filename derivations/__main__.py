"""python -m derivations: every problem of the sheet, with its verdict."""

if __name__ == "__main__":
    from reports.cli import main_problems

    raise SystemExit(main_problems())
