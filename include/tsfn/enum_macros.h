/* SPDX-License-Identifier: MIT */
#ifndef TSFN_ENUM_MACROS_H
#define TSFN_ENUM_MACROS_H

/* Included by record_macros.h. TSFN__EACH_VALUE(macro, name, LIST) expands to
   macro(name, _value) for each VALUE(value) of LIST.

   LIST calls VALUE with the value alone, so VALUE cannot know the enum's name,
   and color_red needs both to be pasted together. So the list becomes macro
   arguments, `name, _red, _green`, and the macro for that many values takes
   them one by one. The underscore is pasted on at once, before a value that
   happens to be a macro (bool) could be expanded.

   TSFN__EXPAND is for MSVC's traditional preprocessor, which otherwise hands
   __VA_ARGS__ on as a single argument. The limit is 64 values; a longer list
   does not compile. */

#define TSFN__EXPAND(tokens) tokens
#define TSFN__VALUE_ARGUMENT(value) , _##value

#define TSFN__EACH_VALUE(macro, name, LIST)                                    \
  TSFN__EXPAND(TSFN__EACH_OF(macro, name LIST(TSFN__VALUE_ARGUMENT)))

/* `name` is one of the arguments: it makes an empty list one argument, too. */
#define TSFN__EACH_OF(macro, ...)                                              \
  TSFN__EXPAND(                                                                \
      TSFN__EACH_CHOSEN(__VA_ARGS__, TSFN__CHOICES)(macro, __VA_ARGS__))

/* __VA_ARGS__ comes expanded, so that its commas separate. */
#define TSFN__EACH_CHOSEN(...) TSFN__EXPAND(TSFN__EACH_PICK(__VA_ARGS__))
#define TSFN__EACH_PICK(                                                       \
    name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,    \
    a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, \
    a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, a42, a43, a44, a45, \
    a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, a58, a59, a60, \
    a61, a62, a63, a64, chosen, ...)                                           \
  chosen
#define TSFN__CHOICES                                                          \
  TSFN__EACH_64, TSFN__EACH_63, TSFN__EACH_62, TSFN__EACH_61, TSFN__EACH_60,   \
      TSFN__EACH_59, TSFN__EACH_58, TSFN__EACH_57, TSFN__EACH_56,              \
      TSFN__EACH_55, TSFN__EACH_54, TSFN__EACH_53, TSFN__EACH_52,              \
      TSFN__EACH_51, TSFN__EACH_50, TSFN__EACH_49, TSFN__EACH_48,              \
      TSFN__EACH_47, TSFN__EACH_46, TSFN__EACH_45, TSFN__EACH_44,              \
      TSFN__EACH_43, TSFN__EACH_42, TSFN__EACH_41, TSFN__EACH_40,              \
      TSFN__EACH_39, TSFN__EACH_38, TSFN__EACH_37, TSFN__EACH_36,              \
      TSFN__EACH_35, TSFN__EACH_34, TSFN__EACH_33, TSFN__EACH_32,              \
      TSFN__EACH_31, TSFN__EACH_30, TSFN__EACH_29, TSFN__EACH_28,              \
      TSFN__EACH_27, TSFN__EACH_26, TSFN__EACH_25, TSFN__EACH_24,              \
      TSFN__EACH_23, TSFN__EACH_22, TSFN__EACH_21, TSFN__EACH_20,              \
      TSFN__EACH_19, TSFN__EACH_18, TSFN__EACH_17, TSFN__EACH_16,              \
      TSFN__EACH_15, TSFN__EACH_14, TSFN__EACH_13, TSFN__EACH_12,              \
      TSFN__EACH_11, TSFN__EACH_10, TSFN__EACH_9, TSFN__EACH_8, TSFN__EACH_7,  \
      TSFN__EACH_6, TSFN__EACH_5, TSFN__EACH_4, TSFN__EACH_3, TSFN__EACH_2,    \
      TSFN__EACH_1, TSFN__EACH_0, ~

#define TSFN__EACH_0(macro, name)
#define TSFN__EACH_1(macro, name, a) macro(name, a)
#define TSFN__EACH_2(macro, name, a, ...)                                      \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_1(macro, name, __VA_ARGS__))
#define TSFN__EACH_3(macro, name, a, ...)                                      \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_2(macro, name, __VA_ARGS__))
#define TSFN__EACH_4(macro, name, a, ...)                                      \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_3(macro, name, __VA_ARGS__))
#define TSFN__EACH_5(macro, name, a, ...)                                      \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_4(macro, name, __VA_ARGS__))
#define TSFN__EACH_6(macro, name, a, ...)                                      \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_5(macro, name, __VA_ARGS__))
#define TSFN__EACH_7(macro, name, a, ...)                                      \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_6(macro, name, __VA_ARGS__))
#define TSFN__EACH_8(macro, name, a, ...)                                      \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_7(macro, name, __VA_ARGS__))
#define TSFN__EACH_9(macro, name, a, ...)                                      \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_8(macro, name, __VA_ARGS__))
#define TSFN__EACH_10(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_9(macro, name, __VA_ARGS__))
#define TSFN__EACH_11(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_10(macro, name, __VA_ARGS__))
#define TSFN__EACH_12(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_11(macro, name, __VA_ARGS__))
#define TSFN__EACH_13(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_12(macro, name, __VA_ARGS__))
#define TSFN__EACH_14(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_13(macro, name, __VA_ARGS__))
#define TSFN__EACH_15(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_14(macro, name, __VA_ARGS__))
#define TSFN__EACH_16(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_15(macro, name, __VA_ARGS__))
#define TSFN__EACH_17(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_16(macro, name, __VA_ARGS__))
#define TSFN__EACH_18(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_17(macro, name, __VA_ARGS__))
#define TSFN__EACH_19(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_18(macro, name, __VA_ARGS__))
#define TSFN__EACH_20(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_19(macro, name, __VA_ARGS__))
#define TSFN__EACH_21(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_20(macro, name, __VA_ARGS__))
#define TSFN__EACH_22(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_21(macro, name, __VA_ARGS__))
#define TSFN__EACH_23(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_22(macro, name, __VA_ARGS__))
#define TSFN__EACH_24(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_23(macro, name, __VA_ARGS__))
#define TSFN__EACH_25(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_24(macro, name, __VA_ARGS__))
#define TSFN__EACH_26(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_25(macro, name, __VA_ARGS__))
#define TSFN__EACH_27(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_26(macro, name, __VA_ARGS__))
#define TSFN__EACH_28(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_27(macro, name, __VA_ARGS__))
#define TSFN__EACH_29(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_28(macro, name, __VA_ARGS__))
#define TSFN__EACH_30(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_29(macro, name, __VA_ARGS__))
#define TSFN__EACH_31(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_30(macro, name, __VA_ARGS__))
#define TSFN__EACH_32(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_31(macro, name, __VA_ARGS__))
#define TSFN__EACH_33(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_32(macro, name, __VA_ARGS__))
#define TSFN__EACH_34(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_33(macro, name, __VA_ARGS__))
#define TSFN__EACH_35(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_34(macro, name, __VA_ARGS__))
#define TSFN__EACH_36(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_35(macro, name, __VA_ARGS__))
#define TSFN__EACH_37(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_36(macro, name, __VA_ARGS__))
#define TSFN__EACH_38(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_37(macro, name, __VA_ARGS__))
#define TSFN__EACH_39(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_38(macro, name, __VA_ARGS__))
#define TSFN__EACH_40(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_39(macro, name, __VA_ARGS__))
#define TSFN__EACH_41(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_40(macro, name, __VA_ARGS__))
#define TSFN__EACH_42(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_41(macro, name, __VA_ARGS__))
#define TSFN__EACH_43(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_42(macro, name, __VA_ARGS__))
#define TSFN__EACH_44(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_43(macro, name, __VA_ARGS__))
#define TSFN__EACH_45(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_44(macro, name, __VA_ARGS__))
#define TSFN__EACH_46(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_45(macro, name, __VA_ARGS__))
#define TSFN__EACH_47(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_46(macro, name, __VA_ARGS__))
#define TSFN__EACH_48(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_47(macro, name, __VA_ARGS__))
#define TSFN__EACH_49(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_48(macro, name, __VA_ARGS__))
#define TSFN__EACH_50(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_49(macro, name, __VA_ARGS__))
#define TSFN__EACH_51(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_50(macro, name, __VA_ARGS__))
#define TSFN__EACH_52(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_51(macro, name, __VA_ARGS__))
#define TSFN__EACH_53(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_52(macro, name, __VA_ARGS__))
#define TSFN__EACH_54(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_53(macro, name, __VA_ARGS__))
#define TSFN__EACH_55(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_54(macro, name, __VA_ARGS__))
#define TSFN__EACH_56(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_55(macro, name, __VA_ARGS__))
#define TSFN__EACH_57(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_56(macro, name, __VA_ARGS__))
#define TSFN__EACH_58(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_57(macro, name, __VA_ARGS__))
#define TSFN__EACH_59(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_58(macro, name, __VA_ARGS__))
#define TSFN__EACH_60(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_59(macro, name, __VA_ARGS__))
#define TSFN__EACH_61(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_60(macro, name, __VA_ARGS__))
#define TSFN__EACH_62(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_61(macro, name, __VA_ARGS__))
#define TSFN__EACH_63(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_62(macro, name, __VA_ARGS__))
#define TSFN__EACH_64(macro, name, a, ...)                                     \
  macro(name, a) TSFN__EXPAND(TSFN__EACH_63(macro, name, __VA_ARGS__))

#endif
