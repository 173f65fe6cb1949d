{
  "targets": [
    {
      "target_name": "my_addon",
      "sources": ["addon.c"],
      "defines": ["NAPI_VERSION=8"],
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    }
  ]
}
