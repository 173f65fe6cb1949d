# The front door. `make help` lists what can be asked for.
#
#   VARIANT   release (default), debug, tsan, asan (address + undefined)
#   CC        gcc or clang
#   ARGS      what `make run` passes to the search, `make test` to mocha
#   FILES     which test files `make test` runs: FILES=test/node/close.test.js
#   WERROR    1: a warning is an error (the default where CI is set)
#   TARGET    windows, macos-arm64, macos-x64: built on Linux for another system,
#             in build/TARGET; `make windows` and `make verify` use it

ifneq ($(firstword $(subst ., ,$(MAKE_VERSION))),$(filter 4 5,$(firstword $(subst ., ,$(MAKE_VERSION)))))
$(error GNU make 4 or newer is needed, this is $(MAKE_VERSION))
endif

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VARIANT ?= release
ARGS    ?=
# Node itself is not instrumented: under sanitizers the C tests only.
SANITIZED := $(filter tsan asan,$(VARIANT))
FILES   ?= $(if $(SANITIZED),test/c.test.js,'test/**/*.test.js')
WERROR  ?= $(if $(filter-out 0 false,$(CI)),1,)
NODE    ?= node
NPM     ?= npm
TARGET  ?=
ifeq ($(origin CC),default)
CC := cc
endif

B       := build/$(or $(TARGET),$(VARIANT))
MODULES := node_modules/.installed
HEADERS := node_modules/node-api-headers/include
PROOF_MODULES := tools/proof/node_modules/.installed

# --- flags: the one place that knows platforms and variants -----------------

CFLAGS_release := -O2 -g
CFLAGS_debug   := -O0 -g -DTSFN_DEBUG
CFLAGS_tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
CFLAGS_asan    := -O1 -g -fsanitize=address,undefined \
                  -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_tsan   := -fsanitize=thread
LDFLAGS_asan   := -fsanitize=address,undefined
ifeq ($(filter $(VARIANT),release debug tsan asan),)
$(error VARIANT is release, debug, tsan or asan, not '$(VARIANT)')
endif

# SYSTEM is what the programs run on.
SYSTEM := $(or $(TARGET),$(shell uname -s))
ifneq ($(filter Darwin macos-%,$(SYSTEM)),)
# The linker of the Zig compiler knows no bundles; a library is loaded as well.
LINK_ADDON := $(if $(TARGET),-shared,-bundle) -undefined dynamic_lookup
LIBS       := -lpthread
ifneq ($(TARGET),)
ZIG        := ZIG_GLOBAL_CACHE_DIR=$(CURDIR)/build/zig ZIG_LOCAL_CACHE_DIR=$(CURDIR)/build/zig tools/zig/node_modules/zig/zig
ZIG_TARGET := $(patsubst macos-%,%,$(TARGET:macos-x64=macos-x86_64))-macos.11.0
CC         := $(ZIG) cc -target $(ZIG_TARGET:arm64%=aarch64%)
CXX        := $(ZIG) c++ -target $(ZIG_TARGET:arm64%=aarch64%)
AR         := $(ZIG) ar --format=darwin
endif
else ifeq ($(SYSTEM),windows)
CC         := x86_64-w64-mingw32-gcc
CXX        := x86_64-w64-mingw32-g++-posix
EXE        := .exe
# An addon imports the host's functions from the program by name, with the help
# of a library that lists them. The C library's threads come along (-static), as
# no DLL of the compiler's is beside the addon.
HOST_NAMES := $(B)/libnode.a
LINK_ADDON := -shared
LIBS       := -static
else
LINK_ADDON := -shared
LIBS       := -lpthread -ldl
endif

# EXTRA_CFLAGS is the caller's: make EXTRA_CFLAGS=-DX test.
FLAGS := -std=c11 -Wall -Wextra -Wpedantic $(if $(WERROR),-Werror) \
         -fvisibility=hidden -fPIC -pthread $(CFLAGS_$(VARIANT)) $(EXTRA_CFLAGS)
CPPFLAGS_PLAIN := -Iinclude -Isrc
CPPFLAGS_USER  := -Iinclude -DNAPI_VERSION=8 -isystem $(HEADERS)
CPPFLAGS_NODE  := $(CPPFLAGS_USER) -Isrc
LDFLAGS_ALL    := -pthread $(LDFLAGS_$(VARIANT)) $(EXTRA_LDFLAGS)

# --- what there is -------------------------------------------------------------

# These are built without Node's headers: a layer that reaches up fails here.
PLAIN_SOURCES := $(wildcard src/os/*.c src/core/*.c)
# The drop-in layer is a library of its own, with the other in it: an addon that
# uses the host's functions beside ours must not get ours for them.
DROPIN_SOURCES := $(wildcard src/dropin/*.c)
ALL_SOURCES   := $(filter-out $(DROPIN_SOURCES),$(wildcard src/*/*.c))
NODE_SOURCES  := $(filter-out $(PLAIN_SOURCES),$(ALL_SOURCES) $(DROPIN_SOURCES))

obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
PLAIN_OBJECTS := $(call obj,$(PLAIN_SOURCES))
ALL_OBJECTS   := $(call obj,$(ALL_SOURCES))
DROPIN_OBJECTS := $(call obj,$(DROPIN_SOURCES))

# A folder of test/ that has a C test: its other .c files help all of its tests.
TEST_SOURCES  := $(wildcard test/*/*_test.c)
C_LAYERS      := $(sort $(patsubst test/%/,%,$(dir $(TEST_SOURCES))))
TEST_HELPERS  := $(filter-out %_test.c,$(wildcard $(C_LAYERS:%=test/%/*.c)))
TEST_PROGRAMS := $(TEST_SOURCES:%.c=$(B)/%$(EXE))
# What C tests and addons for tests share: each gets what it names of it.
SUPPORT_SOURCES := $(wildcard test/support/*.c)
SUPPORT        := $(B)/libsupport.a

# An addon for tests is a file, test/FOLDER/addons/NAME.c, or a folder of files,
# test/FOLDER/addons/NAME/*.c. It is known by that path without the .c.
ADDON_UNITS   := $(sort $(basename $(wildcard test/*/addons/*.c)) $(patsubst %/,%,$(dir $(wildcard test/*/addons/*/*.c))))
addon_sources  = $(wildcard $(1).c $(1)/*.c)
addon_path     = $(B)/$(subst /addons/,/,$(1)).node
ADDON_SOURCES := $(foreach u,$(ADDON_UNITS),$(call addon_sources,$(u)))
# Those in C++ use node-addon-api, built with what node-gyp passes to C++.
CXX_SOURCES   := $(wildcard test/*/addons/*.cc)
CXX_UNITS     := $(CXX_SOURCES:.cc=)
CXX_ADDONS    := $(foreach u,$(CXX_UNITS),$(call addon_path,$(u)))
CXX_OBJECTS   := $(CXX_SOURCES:%.cc=$(B)/obj/%.o)
CXX_USED      := $(if $(filter default,$(origin CXX)),c++,$(CXX))
CXXFLAGS_NODE := -std=c++17 -g -fexceptions -Wall -Wextra -fvisibility=hidden -fPIC \
                 -pthread $(filter -O%,$(CFLAGS_$(VARIANT)))
compile_cxx    = @mkdir -p $(@D) && echo "  c++   $<" && $(CXX_USED) $(CPPFLAGS_USER) \
  -isystem node_modules/node-addon-api $(CXXFLAGS_NODE) $(1) -MMD -MP -c $< -o $@
ADDONS        := $(foreach u,$(ADDON_UNITS),$(call addon_path,$(u))) $(CXX_ADDONS)

# The conformance scenarios' addon, against the host's own functions and against
# ours, each for a Node-API version before and after uncaught exceptions.
CONFORMANCE   := $(foreach v,8 10,$(B)/test/conformance/host-$(v).node $(B)/test/conformance/ours-$(v).node)

# node-addon-api's classes on both, in each way that it can report an error.
CLASSES_exceptions         := -DNAPI_CPP_EXCEPTIONS
CLASSES_exceptions-swallow := -DNAPI_CPP_EXCEPTIONS -DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
CLASSES_statuses           := -DNAPI_DISABLE_CPP_EXCEPTIONS
CLASSES_statuses-swallow   := -DNAPI_DISABLE_CPP_EXCEPTIONS -DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
CLASSES_WAYS  := exceptions exceptions-swallow statuses statuses-swallow
CLASSES       := $(foreach w,$(CLASSES_WAYS),$(B)/test/conformance/host-$(w).node $(B)/test/conformance/ours-$(w).node)

# Where node-gyp would put an example's addon, so that index.js is what a reader's
# would be. What is built for another machine goes into its build folder, with a
# copy of the scripts. The search is built there for macOS only: it is written for
# POSIX, and nobody runs it. The database wants a library of this machine's, and is
# left out where its header is missing; `make examples` says so.
ELSEWHERE     := $(filter-out $(patsubst %,build/%,release debug tsan asan),$(B))
NO_SQLITE     := $(if $(ELSEWHERE),,$(shell $(CC) -E -x c -include sqlite3.h /dev/null > /dev/null 2>&1 || echo 'sqlite3.h is missing (Debian: libsqlite3-dev)'))
NOT_BUILT     := $(if $(filter-out build/macos-%,$(ELSEWHERE)),search) $(if $(ELSEWHERE)$(NO_SQLITE),09-sqlite)
EXAMPLES      := $(filter-out $(NOT_BUILT),$(patsubst examples/%/binding.gyp,%,$(wildcard examples/*/binding.gyp)))
example_path   = $(if $(ELSEWHERE),$(B)/)examples/$(1)/build/Release/addon.node
EXAMPLE_ADDONS := $(foreach e,$(EXAMPLES),$(call example_path,$(e)))
EXAMPLE_SOURCES := $(wildcard $(EXAMPLES:%=examples/%/*.c))
EXAMPLE_SCRIPTS := $(if $(ELSEWHERE),$(EXAMPLES:%=$(B)/examples/%/index.js))
EXAMPLE_MODULES := $(if $(ELSEWHERE),,$(patsubst %/package-lock.json,%/node_modules/.installed,$(wildcard examples/*/package-lock.json)))

# --- what can be asked for ---------------------------------------------------------

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

.PHONY: run
run: $(call example_path,search) $(filter examples/search/%,$(EXAMPLE_MODULES)) ## the text search; ARGS="PATTERN FOLDER" says what and where
	@$(NODE) examples/search/index.js $(if $(ARGS),$(ARGS),function node_modules)

.PHONY: test
test: $(if $(SANITIZED),c-tests,all) ## every test; the last line counts them. ARGS goes to mocha
	@VARIANT=$(VARIANT) $(NODE) node_modules/mocha/bin/mocha.js $(ARGS) $(FILES)

.PHONY: check
check: lib ## the rules as scripts: layers, circles, names, sizes, versions, seeded mistakes, format
	@$(NODE) tools/check-layers.js
	@$(NODE) tools/check-circles.js $(B)/libtsfn_dropin.a
	@$(NODE) tools/check-names.js
	@$(NODE) tools/check-sizes.js
	@$(NODE) tools/check-versions.js
	@$(NODE) tools/check-mutants.js
	@$(NODE) tools/check-format.js

.PHONY: format
format: ## lays out every C file by .clang-format
	@$(NODE) tools/check-format.js --fix

.PHONY: verify
verify: $(MODULES) ## sanitizers, valgrind, header dialects, arm64, musl, the cross-compile
	@CC='$(CC)' MAKE='$(MAKE)' $(NODE) tools/verify.js $(ARGS)

.PHONY: mutants
mutants: all hosts ## seeded mistakes, each of which a named test must catch
	@CC='$(CC)' MAKE='$(MAKE)' $(NODE) tools/mutants.js $(ARGS)

.PHONY: matrix
matrix: all hosts ## the tests that load addons on every supported host, and what is left out where
	@$(NODE) tools/lacks.js
	@$(NODE) tools/matrix.js $(ARGS)

.PHONY: sizes
sizes: $(MODULES) ## what each feature costs an addon, beside its budget; ARGS=NAME: why, ARGS=--write: new budgets
	@$(NODE) tools/sizes.js $(ARGS)

.PHONY: windows
windows: all ## the C tests and those that load addons on Windows' Node 20 and 26, under Wine
	@MAKE='$(MAKE)' $(NODE) tools/platforms.js $(or $(ARGS),windows/node20 windows/node26)

.PHONY: platforms
platforms: all ## the same on every platform that can be run here; ARGS="arm64 windows/node26", PART=1/3
	@MAKE='$(MAKE)' $(NODE) tools/platforms.js $(ARGS)

.PHONY: proof
proof: $(PROOF_MODULES) $(MODULES) ## a published addon with the drop-in and without it, at the ends of workers; ARGS=N times
	@CC='$(CC)' MAKE='$(MAKE)' $(NODE) tools/proof.js $(ARGS)

.PHONY: hosts
hosts: tools/hosts/node_modules/.installed ## installs those hosts (Linux, x64)

.PHONY: layouts
layouts: tools/layouts/node_modules/.installed ## installs package managers and build tools that test/consume tries

.PHONY: clean
clean: ## removes what was built, not what was installed
	rm -rf build examples/*/build

# --- parts, mostly for the targets above ---------------------------------------

.PHONY: all lib c-tests addons c-addons examples
all: lib c-tests addons examples
lib: $(B)/libtsfn.a $(B)/libtsfn_dropin.a
c-tests: $(TEST_PROGRAMS)
addons: $(ADDONS) $(CONFORMANCE) $(CLASSES)
# Those in C: all that a cross-compiler without C++ can build.
c-addons: $(filter-out $(CXX_ADDONS),$(ADDONS)) $(CONFORMANCE)
examples: $(EXAMPLE_ADDONS) $(EXAMPLE_SCRIPTS) $(EXAMPLE_MODULES)
	$(if $(NO_SQLITE),@echo "  without examples/09-sqlite: $(NO_SQLITE)")

# --- rules -------------------------------------------------------------------------

# npm ci only when the lock file asks for it.
%/.installed:
	@echo "  npm   $(@D)" && cd $(@D)/.. && $(NPM) ci --ignore-scripts --loglevel=error
	@mkdir -p $(@D) && touch $@
$(MODULES): package-lock.json
$(foreach m,$(wildcard tools/hosts/*/package-lock.json tools/*/package-lock.json),$(eval $(m:%/package-lock.json=%/node_modules/.installed): $(m)))
$(foreach m,$(EXAMPLE_MODULES),$(eval $(m): $(patsubst %/node_modules/.installed,%/package-lock.json,$(m))))

# Other flags or another compiler: everything is built again.
remember = @mkdir -p $(@D) && [ "$$(cat $@ 2>/dev/null)" = '$(1)' ] || echo '$(1)' > $@
$(B)/flags: FORCE
	$(call remember,$(CC) $(FLAGS) $(LDFLAGS_ALL))
# The examples have one place for all variants: linked again for another one.
build/variant: FORCE
	$(call remember,$(VARIANT))
.PHONY: FORCE
FORCE:

compile = @mkdir -p $(@D) && echo "  cc    $<" && $(CC) $(1) $(FLAGS) -MMD -MP -c $< -o $@

$(PLAIN_OBJECTS): $(B)/obj/%.o: %.c $(B)/flags
	$(call compile,$(CPPFLAGS_PLAIN))
$(call obj,$(NODE_SOURCES)): $(B)/obj/%.o: %.c $(B)/flags | $(MODULES)
	$(call compile,$(CPPFLAGS_NODE))
$(call obj,$(EXAMPLE_SOURCES)): $(B)/obj/%.o: %.c $(B)/flags | $(MODULES)
	$(call compile,$(CPPFLAGS_USER))
$(call obj,$(TEST_SOURCES) $(TEST_HELPERS) $(SUPPORT_SOURCES) $(ADDON_SOURCES)): $(B)/obj/%.o: %.c $(B)/flags | $(MODULES)
	$(call compile,$(CPPFLAGS_NODE) -Itest)

$(B)/libtsfn.a: $(ALL_OBJECTS)
$(B)/libplain.a: $(PLAIN_OBJECTS)
$(B)/libtsfn_dropin.a: $(ALL_OBJECTS) $(DROPIN_OBJECTS)
$(SUPPORT): $(call obj,$(SUPPORT_SOURCES))
$(B)/libtsfn.a $(B)/libtsfn_dropin.a $(B)/libplain.a $(SUPPORT):
	@rm -f $@ && echo "  ar    $@" && $(AR) rcs $@ $^

# LINKER: the compiler of C++ where an addon is in C++.
link = @mkdir -p $(@D) && echo "  link  $@" && $(or $(LINKER),$(CC)) $(LDFLAGS_ALL) $(1) -o $@ \
  $(filter %.o,$^) $(filter-out $(HOST_NAMES),$(filter %.a,$^)) $(HOST_NAMES) $(LIBS)

ifneq ($(HOST_NAMES),)
$(ADDONS) $(CONFORMANCE) $(CLASSES) $(EXAMPLE_ADDONS): $(HOST_NAMES)
$(HOST_NAMES): node_modules/node-api-headers/def/node_api.def | $(MODULES)
	@mkdir -p $(@D) && echo "  names $@" && $(CC:%gcc=%dlltool) -d $< -l $@
node_modules/node-api-headers/def/node_api.def: $(MODULES)
endif

# C tests see no Node: an undefined napi_ symbol is a link error here, unless the
# test's folder has a fake for it. Those of os and core get their layers alone; the
# others get what they name of the whole library, and what that needs.
test_library = $(B)/lib$(if $(filter os core,$(1)),plain,tsfn).a
define test_rule
$(B)/test/$(1)/%_test$(EXE): $(B)/obj/test/$(1)/%_test.o $(call obj,$(filter test/$(1)/%,$(TEST_HELPERS))) $(SUPPORT) $(call test_library,$(1)) $(HOST_NAMES)
	$$(call link)
endef
$(foreach l,$(C_LAYERS),$(eval $(call test_rule,$(l))))

addon_library = $(B)/libtsfn$(if $(filter test/dropin/%,$(1)),_dropin).a
define addon_rule
$(call addon_path,$(1)): $(call obj,$(2)) $(SUPPORT) $(call addon_library,$(1))
	$$(call link,$(LINK_ADDON))
endef
$(foreach u,$(ADDON_UNITS),$(eval $(call addon_rule,$(u),$(call addon_sources,$(u)))))

$(CXX_OBJECTS): $(B)/obj/%.o: %.cc $(B)/flags | $(MODULES)
	$(call compile_cxx,-DNAPI_CPP_EXCEPTIONS)
$(CXX_ADDONS): private LINKER := $(CXX_USED)
$(foreach u,$(CXX_UNITS),$(eval $(call addon_rule,$(u),$(u).c)))

define conformance_rule
$(B)/obj/test/conformance/%-$(1).o: test/conformance/native/operations.c $(B)/flags | $(MODULES)
	$$(call compile,$(CPPFLAGS_USER) -UNAPI_VERSION -DNAPI_VERSION=$(1) $$(if $$(filter ours%,$$(*F)),-DOURS))
$(B)/test/conformance/host-$(1).node: $(B)/obj/test/conformance/host-$(1).o
$(B)/test/conformance/ours-$(1).node: $(B)/obj/test/conformance/ours-$(1).o $(B)/libtsfn_dropin.a
endef
$(foreach v,8 10,$(eval $(call conformance_rule,$(v))))
$(CONFORMANCE): $(SUPPORT)
	$(call link,$(LINK_ADDON))

define classes_rule
$(B)/obj/test/conformance/classes-$(1).o: test/conformance/native/classes.cc $(B)/flags | $(MODULES)
	$$(call compile_cxx,$(CLASSES_$(1)))
$(B)/test/conformance/host-$(1).node: $(B)/obj/test/conformance/classes-$(1).o
$(B)/test/conformance/ours-$(1).node: $(B)/obj/test/conformance/classes-$(1).o $(B)/libtsfn_dropin.a
endef
$(foreach w,$(CLASSES_WAYS),$(eval $(call classes_rule,$(w))))
$(CLASSES): private LINKER := $(CXX_USED)
$(CLASSES): $(SUPPORT)
	$(call link,$(LINK_ADDON))

define example_rule
$(call example_path,$(1)): $(call obj,$(wildcard examples/$(1)/*.c)) $(B)/libtsfn.a build/variant
	$$(call link,$(LINK_ADDON))
endef
$(foreach e,$(EXAMPLES),$(eval $(call example_rule,$(e))))
$(call example_path,09-sqlite): private LIBS += -lsqlite3
$(EXAMPLE_SCRIPTS): $(B)/%: %
	@mkdir -p $(@D) && cp $< $@

# --- the bench -----------------------------------------------------------------------

# Its addons are the harness and one adapter each, built as the library's users
# build: node-addon-api with what node-gyp passes to C++.
BENCH_HARNESS   := $(patsubst %,bench/native/%.c,harness values flood pour pinger shots asker capture)
BENCH_LIBRARIES := ours dropin node node-addon-api uv none
BENCH_ADDONS    := $(BENCH_LIBRARIES:%=$(B)/bench/%.node) $(B)/bench/strings.node $(B)/bench/records.node $(B)/bench/promises.node $(if $(filter Linux,$(shell uname -s)),$(B)/bench/eventfd.node)
BENCH_MODULES   := bench/node_modules/.installed
BENCH_CXXFLAGS  := -std=c++17 -O3 -g -fexceptions -DNAPI_CPP_EXCEPTIONS \
                   -Wall -Wextra -fvisibility=hidden -fPIC -pthread
CXX_BENCH       := $(if $(filter default,$(origin CXX)),c++,$(CXX))

.PHONY: bench
bench: $(BENCH_ADDONS) $(BENCH_MODULES) ## ours beside the host's own and node-addon-api; SCENARIO=name, NODE=path, BENCH_QUICK=1
	@VARIANT=$(VARIANT) $(NODE) bench/run.js $(SCENARIO)

.PHONY: bench-core
bench-core: $(B)/bench/core/queue ## the core's queue beside a ring under a mutex, in C alone
	@$< $(ARGS)

.PHONY: counts
counts: ## keeps the instruction counts that verify compares with
	@CC='$(CC)' MAKE='$(MAKE)' $(NODE) tools/counts.js --write

$(BENCH_MODULES): bench/package-lock.json
# tools/lacks.js reads all tests, those of the bench too.
matrix: $(BENCH_MODULES)
# Its report is tested with the libraries that it uses; addons are built in the
# layouts of other package managers.
$(if $(SANITIZED),,test: $(BENCH_MODULES) tools/layouts/node_modules/.installed)

$(patsubst %.c,$(B)/obj/%.o,$(wildcard bench/native/*.c)): $(B)/obj/%.o: %.c $(B)/flags | $(MODULES)
	$(call compile,$(CPPFLAGS_USER) -D_GNU_SOURCE)
$(B)/obj/bench/native/node-addon-api.o: bench/native/node-addon-api.cc $(B)/flags | $(MODULES) $(BENCH_MODULES)
	@mkdir -p $(@D) && echo "  c++   $<" && $(CXX_BENCH) -DNAPI_VERSION=8 -isystem $(HEADERS) \
	  -isystem bench/node_modules/node-addon-api $(BENCH_CXXFLAGS) -MMD -MP -c $< -o $@

# In C alone: programs on the core.
$(patsubst %.c,$(B)/obj/%.o,$(wildcard bench/core/*.c)): $(B)/obj/%.o: %.c $(B)/flags
	$(call compile,$(CPPFLAGS_PLAIN) -D_GNU_SOURCE)
$(B)/bench/core/%: $(B)/obj/bench/core/%.o $(B)/libplain.a
	$(call link)
-include $(wildcard $(B)/obj/bench/core/*.d)

$(B)/bench/%.node: $(B)/obj/bench/native/%.o $(call obj,$(BENCH_HARNESS))
	$(call link,$(LINK_ADDON))
$(B)/bench/ours.node: $(B)/libtsfn.a
# The host's adapter itself, on the drop-in layer.
$(B)/bench/dropin.node: $(B)/obj/bench/native/node.o $(call obj,$(BENCH_HARNESS)) $(B)/libtsfn_dropin.a
	$(call link,$(LINK_ADDON))
$(B)/bench/node-addon-api.node: private LINKER := $(CXX_BENCH)
$(B)/bench/records.node $(B)/bench/promises.node: $(B)/bench/%.node: $(B)/obj/bench/native/%.o $(B)/obj/bench/native/values.o $(B)/libtsfn.a
	$(call link,$(LINK_ADDON))
$(B)/bench/eventfd.node $(B)/bench/strings.node: $(B)/bench/%.node: $(B)/obj/bench/native/%.o $(B)/obj/bench/native/values.o
	$(call link,$(LINK_ADDON))
-include $(wildcard $(B)/obj/bench/native/*.d)

.SECONDARY:
-include $(CXX_OBJECTS:.o=.d) $(CLASSES_WAYS:%=$(B)/obj/test/conformance/classes-%.d)
-include $(patsubst $(B)/test/%.node,$(B)/obj/test/%.d,$(CONFORMANCE))
-include $(patsubst %.o,%.d,$(ALL_OBJECTS) $(DROPIN_OBJECTS) $(call obj,$(TEST_SOURCES) $(TEST_HELPERS) $(SUPPORT_SOURCES) $(ADDON_SOURCES) $(EXAMPLE_SOURCES)))
