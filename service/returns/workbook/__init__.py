"""A return as a workbook for readers: what is in it is said once, and written as XLSX and ODS."""

from service.returns.workbook.book import Book, Sheet, book_of, headings
from service.returns.workbook.ods import ods
from service.returns.workbook.xlsx import XLSX, xlsx

__all__ = ["XLSX", "Book", "Sheet", "book_of", "headings", "ods", "xlsx"]
