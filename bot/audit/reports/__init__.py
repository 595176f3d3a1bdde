"""The report to a customer: who looked at your data. Values in `customer`, and what they look like on paper."""
