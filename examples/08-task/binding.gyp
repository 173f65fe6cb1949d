{
  "targets": [
    {
      "target_name": "addon",
      "sources": ["addon.c", "file.c", "sha256.c"],
      "cflags": ["-fvisibility=hidden"],
      "xcode_settings": {"GCC_SYMBOLS_PRIVATE_EXTERN": "YES"},
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    }
  ]
}
