{
  "targets": [
    {
      "target_name": "addon",
      "sources": ["addon.c", "gate.c", "job.c", "match.c", "scan.c", "walk.c", "work.c"],
      "cflags": ["-fvisibility=hidden"],
      "cflags_c": ["-std=c11"],
      "xcode_settings": {"GCC_SYMBOLS_PRIVATE_EXTERN": "YES"},
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    }
  ]
}
