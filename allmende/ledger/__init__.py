"""The interaction ledger (columnar files) and the behaviour compiler; knows no Django."""
