{
  "targets": [
    {
      "target_name": "addon",
      "sources": ["addon.c"],
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    }
  ]
}
