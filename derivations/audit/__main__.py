"""python -m derivations.audit: mutants, and how many false statements were let through."""

if __name__ == "__main__":
    from reports.audit import main

    raise SystemExit(main())
