{
  "targets": [
    {
      "target_name": "addon",
      "sources": ["addon.c", "sorter.c"],
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    }
  ]
}
