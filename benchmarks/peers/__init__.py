"""What others would use: each a script that reads, checks or loads the workbook named."""
