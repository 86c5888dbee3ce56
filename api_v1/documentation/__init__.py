"""What is generated from the two APIs: OpenAPI documents, pages, Postman collections, the changelog."""
