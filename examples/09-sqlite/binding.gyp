{
  "targets": [
    {
      "target_name": "addon",
      "sources": ["addon.c", "sql.c"],
      "cflags": ["-fvisibility=hidden"],
      "xcode_settings": {"GCC_SYMBOLS_PRIVATE_EXTERN": "YES"},
      "libraries": ["-lsqlite3"],
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    }
  ]
}
