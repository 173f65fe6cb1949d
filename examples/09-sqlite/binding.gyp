{
  "targets": [
    {
      "target_name": "addon",
      "sources": ["addon.c", "sql.c"],
      "libraries": ["-lsqlite3"],
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    }
  ]
}
