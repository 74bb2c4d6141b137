"""What happens to a workbook: intake, store, publish; feedback and portal face people."""
