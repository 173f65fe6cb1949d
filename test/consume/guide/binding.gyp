{
  "targets": [
    {
      "target_name": "addon",
      "sources": ["addon.c", "feed.c"],
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    },
    {
      "target_name": "asking",
      "sources": ["ask.c", "asking.c"],
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    },
    {
      "target_name": "by_hand",
      "sources": ["by_hand.c"],
      "dependencies": ["<!(node -p \"require('libtsfn').targets\"):tsfn"]
    }
  ]
}
