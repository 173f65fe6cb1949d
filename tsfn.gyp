{
  'target_defaults': {
    'include_dirs': ['include', 'src'],
    'defines': ['NAPI_VERSION=8'],
    # These stay in these targets: an addon keeps its own flags.
    'cflags': ['-fvisibility=hidden', '-fPIC'],
    'cflags_c': ['-std=c11'],
    'xcode_settings': {
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'GCC_C_LANGUAGE_STANDARD': 'c11',
      'MACOSX_DEPLOYMENT_TARGET': '11.0',
    },
    'msvs_settings': {
      'VCCLCompilerTool': {
        'AdditionalOptions': ['/std:c11', '/experimental:c11atomics'],
        # Node's common.gypi gives its C++ standard to every source file. cl takes
        # one standard only, and stops with D8016 where it gets two.
        'AdditionalOptions!': ['-std:c++14', '-std:c++17', '-std:c++20', '-std:c++23'],
      },
    },
    'direct_dependent_settings': {
      'include_dirs': ['include'],
    },
  },
  'targets': [
    {
      'target_name': 'tsfn',
      'type': 'static_library', # not above, where node-gyp says another
      'win_delay_load_hook': 'false', # it is C++, and the addon has it already
      'sources': ['<!@(node -p "require(\'./index.js\').sources.join(\' \')")'],
      'conditions': [
        ['OS=="linux"', {
          'link_settings': {'libraries': ['-lpthread', '-ldl']},
        }],
      ],
    },
    # Instead of `tsfn`: the addon's napi_*_threadsafe_function are ours.
    {
      'target_name': 'tsfn_dropin',
      'type': 'static_library',
      'win_delay_load_hook': 'false',
      'sources': ['<!@(node -p "require(\'./index.js\').dropin_sources.join(\' \')")'],
      'dependencies': ['tsfn'],
      'export_dependent_settings': ['tsfn'],
      'conditions': [
        # node.lib, which has the host's functions, comes before this library in
        # what MSBuild links. So the names are in objects of the addon.
        ['OS=="win"', {
          'defines': ['TSFN__DROPIN_BEHIND'],
          'direct_dependent_settings': {
            'sources': ['src/dropin/active.c', 'src/dropin/names/names.c'],
          },
        }],
      ],
    },
  ],
}
