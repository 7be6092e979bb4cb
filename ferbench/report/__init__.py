"""What people see of results: tables for the terminal and files for others."""
