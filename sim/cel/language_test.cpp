// The core of the language, as the CEL definition has it: one row an expression.

#include <gtest/gtest.h>

#include "sim/cel/cel_test_util.h"

namespace wavetank::cel {
namespace {

constexpr Row kLiterals[] = {
    {"1", "1"}, {"-1", "-1"}, {"0x1F", "31"}, {"-0x10", "-16"}, {"9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808", "compile: 1:1: the number 9223372036854775808 is out of range"},
    {"-9223372036854775809", "compile: 1:1: the number 9223372036854775809 is out of range"},
    {"1u", "1u"}, {"0xFFu", "255u"}, {"18446744073709551615U", "18446744073709551615u"},
    {"18446744073709551616u", "compile: 1:1: the number 18446744073709551616u is out of range"},
    {"1.5", "1.5"}, {"1e3", "1000"}, {"1E-3", "0.001"}, {".5", "0.5"}, {"-2.5e+2", "-250"}, {"1e6", "1e+06"},
    {"123456789.0", "1.23456789e+08"}, {"1e400", "compile: 1:1: the number 1e400 is out of range"},
    {"true", "true"}, {"false", "false"}, {"null", "null"},
    {"'a'", R"("a")"}, {R"("a")", R"("a")"}, {"''", R"("")"}, {R"("it's")", R"("it's")"}, {R"('"')", R"("\"")"},
    {R"('\a\b\f\n\r\t\v\\\'\"\`\?' == '\x07\x08\x0c\x0a\x0d\x09\x0b\x5c\x27\x22\x60\x3f')", "true"},
    {R"('\u00e9')", "\"é\""}, {R"('\U0001F600')", "\"😀\""}, {R"('\101')", R"("A")"}, {R"('\x41')", R"("A")"},
    {R"('\xe9')", "\"é\""}, {R"('\377')", "\"ÿ\""},
    {R"('\q')", R"(compile: 1:2: unknown escape \q)"}, {R"('\u12')", "compile: 1:2: the escape needs 4 hex digits"},
    {R"('\ud800')", "compile: 1:2: the escape names no character"},
    {R"('\U00110000')", "compile: 1:2: the escape names no character"},
    {R"('\400')", R"(compile: 1:2: unknown escape \4)"}, {R"('\18')", "compile: 1:2: the escape needs 3 octal digits"},
    {R"(r'\d+')", R"("\\d+")"}, {R"(R"\n")", R"("\\n")"},
    {"'''a\nb'''", R"("a\nb")"}, {"\"\"\"a\"b\"\"\"", R"("a\"b")"}, {"r'''a\\\nb'''", R"("a\\\nb")"},
    {"'a\nb'", "compile: 1:1: the string has no end in its line"}, {"'abc", "compile: 1:1: the string has no end"},
    {"'abc\\", "compile: 1:1: the string has no end"}, {"'''abc''", "compile: 1:1: the string has no end"},
    {"b'abc'", R"(b"abc")"}, {R"(b'\x01\377' == bytes('\x01') + b'\xff')", "true"}, {"br'a\\b'", R"(b"a\\b")"},
    {"rb'\\x'", R"(b"\\x")"}, {"b'é'.size()", "2"}, {"'é'.size()", "1"},
    {R"(b'\u0041')", "compile: 1:3: bytes know no \\u: write \\x"},
    {"[]", "[]"}, {"[1, 'a', null]", R"([1, "a", null])"}, {"[1, 2,]", "[1, 2]"}, {"[[]]", "[[]]"},
    {"{}", "{}"}, {"{'a': 1, 2: 'b', true: [], 3u: {}}", R"({"a": 1, 2: "b", true: [], 3u: {}})"}, {"{'a': 1,}", R"({"a": 1})"},
    {"{'a': 1, 'a': 2}", "error: 1:10: duplicate map key: \"a\""}, {"{1: 1, 1u: 2}", "error: 1:8: duplicate map key: 1u"},
    {"{1.5: 1}", "error: 1:2: a map key cannot be double"}, {"{null: 1}", "error: 1:2: a map key cannot be null"},
    {"1 // the rest is a comment", "1"}, {"// first\n 2", "2"},
};

constexpr Row kArithmetic[] = {
    {"1 + 2", "3"}, {"1 - 2", "-1"}, {"3 * 4", "12"}, {"7 / 2", "3"}, {"-7 / 2", "-3"}, {"7 % 3", "1"}, {"-7 % 3", "-1"},
    {"7 % -3", "1"}, {"2 + 3 * 4", "14"}, {"(2 + 3) * 4", "20"}, {"10 - 3 - 2", "5"}, {"100 / 10 / 2", "5"},
    {"9223372036854775807 + 1", "error: 1:21: integer overflow"},
    {"-9223372036854775808 - 1", "error: 1:22: integer overflow"},
    {"9223372036854775807 * 2", "error: 1:21: integer overflow"},
    {"-9223372036854775808 / -1", "error: 1:22: integer overflow"},
    {"-9223372036854775808 % -1", "error: 1:22: integer overflow"},
    {"-(-9223372036854775808)", "error: 1:1: integer overflow"}, {"1 / 0", "error: 1:3: division by zero"},
    {"1 % 0", "error: 1:3: modulus by zero"}, {"1u / 0u", "error: 1:4: division by zero"},
    {"1u % 0u", "error: 1:4: modulus by zero"}, {"1u + 2u", "3u"}, {"3u - 2u", "1u"},
    {"2u - 3u", "error: 1:4: unsigned integer overflow"},
    {"18446744073709551615u + 1u", "error: 1:23: unsigned integer overflow"},
    {"18446744073709551615u * 2u", "error: 1:23: unsigned integer overflow"},
    {"7u / 2u", "3u"}, {"7u % 4u", "3u"}, {"1.5 + 2.0", "3.5"}, {"1.0 / 0.0", "+Inf"}, {"-1.0 / 0.0", "-Inf"},
    {"0.0 / 0.0", "NaN"}, {"1.5 * 2.0", "3"}, {"1.5 - 2.0", "-0.5"}, {"5.0 % 2.0", "error: 1:5: no such overload: double % double"},
    {"1 + 1u", "error: 1:3: no such overload: int + uint"}, {"1 + 1.0", "error: 1:3: no such overload: int + double"},
    {"1 + 'a'", "error: 1:3: no such overload: int + string"}, {"null + null", "error: 1:6: no such overload: null + null"},
    {"'a' + 'b'", R"("ab")"}, {"b'a' + b'b'", R"(b"ab")"}, {"[1] + [2, 3]", "[1, 2, 3]"}, {"nums + [5]", "[1, 2, 3, 4, 5]"},
    {"'a' - 'b'", "error: 1:5: no such overload: string - string"}, {"-x", "-3"}, {"--x", "3"}, {"---1", "-1"}, {"-d", "-1.5"},
    {"-u", "error: 1:1: no such overload: -(uint)"}, {"-'a'", "error: 1:1: no such overload: -(string)"}, {"x+1", "4"},
    {"x-1", "2"}, {"x - -1", "4"}, {"pod.spec.replicas + 1", "4"}, {"-x + 4", "1"}, {"4 % 3 * 2", "2"},
    {"big + 1u", "9223372036854775809u"}, {"big == 9223372036854775808u", "true"}, {"type(big) == uint", "true"},
};

constexpr Row kComparison[] = {
    {"1 == 1", "true"}, {"1 == 2", "false"}, {"1 != 2", "true"}, {"1 == 1u", "true"}, {"1 == 1.0", "true"}, {"1u == 1.0", "true"},
    {"1 == 1.5", "false"}, {"-1 == 18446744073709551615u", "false"}, {"9007199254740993 == 9007199254740992.0", "false"},
    {"9223372036854775807 == 9223372036854775808.0", "false"}, {"9223372036854775807 < 9223372036854775808.0", "true"},
    {"18446744073709551615u < 18446744073709551616.0", "true"}, {"-1 < 0u", "true"}, {"0u > -1", "true"}, {"1 < 1.5", "true"},
    {"2u > 1.5", "true"}, {"1.5 < 2", "true"}, {"1.5 <= 1.5", "true"}, {"1 >= 2", "false"}, {"2 >= 2", "true"}, {"-1.5 < -1", "true"},
    {"-1 > -1.5", "true"}, {"1 == '1'", "false"}, {"null == null", "true"}, {"null == 0", "false"}, {"null != false", "true"},
    {"true == true", "true"}, {"true == false", "false"}, {"false < true", "true"}, {"'a' < 'b'", "true"}, {"'a' < 'aa'", "true"},
    {"'b' > 'aa'", "true"}, {"'Z' < 'a'", "true"}, {"'a' == 'a'", "true"}, {"'a' == b'a'", "false"}, {"b'a' < b'b'", "true"},
    {"b'a' == b'a'", "true"}, {"'a' < 1", "error: 1:5: no such overload: string < int"},
    {"null < null", "error: 1:6: no such overload: null < null"}, {"[1] < [2]", "error: 1:5: no such overload: list < list"},
    {"[1, 2] == [1, 2]", "true"}, {"[1, 2] == [2, 1]", "false"}, {"[1] == [1.0]", "true"}, {"[1] == [1, 2]", "false"},
    {"[] == {}", "false"}, {"nums == [1, 2, 3, 4]", "true"}, {"[1u, 2.0, 3, 4] == nums", "true"}, {"nums != [1]", "true"},
    {"{'a': 1} == {'a': 1.0}", "true"}, {"{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"}, {"{'a': 1} == {'b': 1}", "false"},
    {"{1: 2} == {1u: 2}", "true"}, {"{'a': 1} == {'a': 1, 'b': 2}", "false"},
    {"pod.metadata.labels == {'app': 'web', 'a.b/c': 'd'}", "true"}, {"pod.spec == pod.spec", "true"}, {"pod == pod.spec", "false"},
    {"pod.spec.containers[0] == {'image': 'x:1', 'name': 'c1'}", "true"}, {"pod.spec.ratio == 1", "true"},
    {"0.0 / 0.0 == 0.0 / 0.0", "false"}, {"0.0 / 0.0 != 0.0 / 0.0", "true"}, {"0.0 / 0.0 < 1.0", "false"}, {"1 > 0.0 / 0.0", "false"},
    {"0.0 == -0.0", "true"}, {"type(1) == int", "true"}, {"type(1) == type(2)", "true"}, {"type(1) == type(1u)", "false"},
    {"type(int) == type", "true"}, {"type(null) == null_type", "true"}, {"type([]) == list", "true"}, {"type(pod) == map", "true"},
    {"type(timestamp(0)) == google.protobuf.Timestamp", "true"}, {"type(duration('1s')) == google.protobuf.Duration", "true"},
    {"type('a')", "string"}, {"type(b'')", "bytes"}, {"type(1.0)", "double"}, {"type(true)", "bool"}, {"1 < 2 == true", "true"},
};

constexpr Row kLogic[] = {
    {"true && true", "true"}, {"true && false", "false"}, {"false || true", "true"}, {"false || false", "false"}, {"!true", "false"},
    {"!!true", "true"}, {"!1", "error: 1:1: no such overload: !(int)"}, {"true && true && false", "false"}, {"false || false || true", "true"},
    {"true || false && false", "true"}, {"false && 1 / 0 == 1", "false"}, {"1 / 0 == 1 && false", "false"}, {"true || 1 / 0 == 1", "true"},
    {"1 / 0 == 1 || true", "true"}, {"1 / 0 == 1 || false", "error: 1:3: division by zero"}, {"1 / 0 == 1 && true", "error: 1:3: division by zero"},
    {"1 / 0 == 1 || 1 % 0 == 1", "error: 1:3: division by zero"}, {"1 || true", "true"}, {"1 || false", "error: 1:3: no such overload: ||(int)"},
    {"'a' && false", "false"}, {"'a' && true", "error: 1:5: no such overload: &&(string)"}, {"pod.spec.missing == 1 || true", "true"},
    {"true ? 1 : 2", "1"}, {"false ? 1 : 2", "2"}, {"true ? 1 : 1 / 0", "1"}, {"false ? 1 / 0 : 2", "2"},
    {"1 ? 2 : 3", "error: 1:3: no such overload: ?:(int)"}, {"1 / 0 == 1 ? 2 : 3", "error: 1:3: division by zero"},
    {"false ? 1 : true ? 2 : 3", "2"}, {"true ? false ? 1 : 2 : 3", "compile: 1:14: unexpected '?', ':' is expected"},
    {"x > 2 ? 'big' : 'small'", R"("big")"}, {"x == 3 && s == 'Wave' && d > 1.0 && u == 7", "true"}, {"fail() || true", "true"},
    {"fail()", "error: 1:1: it failed"}, {"fail(x.y)", "error: 1:8: no such overload: int.y"}, {"answer + 1", "43"},
    {"math.twice(21)", "42"}, {"unset == 1", "error: 1:1: variable has no value: unset"}, {"unset == 1 || true", "true"},
};

constexpr Row kAccess[] = {
    {"pod.metadata.name", R"("a")"}, {"pod.metadata.namespace", R"("default")"}, {"pod['metadata']['name']", R"("a")"},
    {"pod.metadata.labels['a.b/c']", R"("d")"}, {"pod.metadata.labels.`a.b/c`", R"("d")"}, {"pod.spec.containers[1].image", R"("y:2")"},
    {"pod.spec.nothing", "null"}, {"pod.spec.nothing.more", "error: 1:18: no such overload: null.more"},
    {"pod.spec.missing", "error: 1:10: no such key: missing"}, {"pod.missing.more", "error: 1:5: no such key: missing"},
    {"pod['missing']", "error: 1:4: no such key: missing"}, {"pod[1]", "error: 1:4: no such key: 1"}, {"x.y", "error: 1:3: no such overload: int.y"},
    {"nums[0]", "1"}, {"nums[3]", "4"}, {"nums[4]", "error: 1:5: index out of bounds: 4"}, {"nums[-1]", "error: 1:5: index out of bounds: -1"},
    {"nums[1u]", "2"}, {"nums[1.0]", "2"}, {"nums[1.5]", "error: 1:5: index out of bounds: 1.5"}, {"nums['a']", "error: 1:5: no such overload: list[string]"},
    {"[1, 2, 3][2]", "3"}, {"x[0]", "error: 1:2: no such overload: int[int]"}, {"'abc'[0]", "error: 1:6: no such overload: string[int]"},
    {"{'a': 1}.a", "1"}, {"{'a': {'b': 2}}.a.b", "2"}, {"{1: 'x'}[1]", R"("x")"}, {"{1: 'x'}[1u]", R"("x")"}, {"{1: 'x'}[1.0]", R"("x")"},
    {"{1u: 'x'}[1]", R"("x")"}, {"{true: 'x'}[true]", R"("x")"}, {"{'a': 1}.b", "error: 1:10: no such key: b"}, {"{'a': pod}.a.spec.replicas", "3"},
    {"{'a': pod}.a.spec.none", "error: 1:19: no such key: none"}, {"{1: 2}.a", "error: 1:8: no such key: a"},
    {"has(pod.spec)", "true"}, {"has(pod.spec.replicas)", "true"}, {"has(pod.spec.missing)", "false"}, {"has(pod.missing.more)", "error: 1:9: no such key: missing"},
    {"has(pod.spec.nothing)", "true"}, {"has({'a': 1}.a)", "true"}, {"has({'a': 1}.b)", "false"}, {"has(x.y)", "error: 1:7: no such overload: has(int)"},
    {"has(nums[0].a)", "error: 1:13: no such overload: has(int)"}, {"has(pod)", "compile: 1:1: has() takes one field, as in has(pod.status)"},
    {"!has(pod.metadata.deletionTimestamp)", "true"}, {"has(pod.status.phase) && pod.status.phase == 'Running'", "true"},
    {"1 in nums", "true"}, {"5 in nums", "false"}, {"1.0 in nums", "true"}, {"'a' in ['b', 'a']", "true"}, {"'app' in pod.metadata.labels", "true"},
    {"'x' in pod.metadata.labels", "false"}, {"1 in {1: 2}", "true"}, {"2 in {1: 2}", "false"}, {"1 in pod", "false"}, {"1u in {1: 2}", "true"},
    {"1 in 2", "error: 1:3: no such overload: int in int"}, {"!(1 in [2])", "true"}, {"[1] in [[1]]", "true"}, {"null in [null]", "true"},
    {".x", "3"}, {"(pod).spec.replicas", "3"}, {"(pod.spec).replicas", "3"}, {"pod . spec . replicas", "3"}, {"x", "3"}, {"u", "7u"},
};

constexpr Row kMacros[] = {
    {"nums.all(n, n > 0)", "true"}, {"nums.all(n, n > 1)", "false"}, {"[].all(n, false)", "true"}, {"nums.exists(n, n == 3)", "true"},
    {"nums.exists(n, n == 9)", "false"}, {"[].exists(n, true)", "false"}, {"nums.exists_one(n, n > 3)", "true"}, {"nums.exists_one(n, n > 2)", "false"},
    {"nums.existsOne(n, n == 1)", "true"}, {"nums.filter(n, n % 2 == 0)", "[2, 4]"}, {"nums.map(n, n * n)", "[1, 4, 9, 16]"},
    {"nums.map(n, n > 2, n * 10)", "[30, 40]"}, {"nums.filter(n, n > 1).map(n, n + 1)", "[3, 4, 5]"}, {"nums.filter(n, n > 1).size()", "3"},
    {"size(nums.filter(n, n > 1))", "3"}, {"size(nums.map(n, n))", "4"}, {"[[1, 2], [3]].map(l, l.map(n, n + 1))", "[[2, 3], [4]]"},
    {"nums.all(n, nums.exists(m, m == n))", "true"}, {"nums.all(x, x < 5) && x == 3", "true"}, {"nums.map(n, nums.filter(m, m < n).size())", "[0, 1, 2, 3]"},
    {"nums.map(x, [x].map(x, x + 1)[0] + x)", "[3, 5, 7, 9]"}, {"{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])", "true"}, {"{'a': 1, 'b': 2}.map(k, k)", R"(["a", "b"])"},
    {"pod.metadata.labels.exists(k, k == 'app')", "true"}, {"pod.metadata.labels.filter(k, k == 'app')", R"(["app"])"},
    {"pod.spec.containers.map(c, c.name)", R"(["c1", "c2"])"}, {"pod.spec.containers.all(c, c.image.contains(':'))", "true"},
    {"nums.all(i, n, n == i + 1)", "true"}, {"{'a': 1}.all(k, v, k == 'a' && v == 1)", "true"}, {"pod.metadata.labels.exists(k, v, v == 'web')", "true"},
    {"nums.exists_one(i, n, i == 3)", "true"}, {"nums.exists(n, 1 / (n - 1) == 1)", "true"}, {"nums.exists(n, 1 / (n - 1) == 9)", "error: 1:18: division by zero"},
    {"nums.all(n, 1 / (n - 2) == -1)", "false"}, {"[2].all(n, 1 / (n - 2) == 0)", "error: 1:14: division by zero"},
    {"nums.filter(n, 1 / (n - 2) == 0)", "error: 1:18: division by zero"}, {"nums.map(n, 1 / (n - 1))", "error: 1:15: division by zero"},
    {"nums.exists_one(n, 1 / (n - 1) == 0)", "error: 1:22: division by zero"}, {"nums.all(n, n)", "error: 1:6: no such overload: a condition that is int, not bool"},
    {"nums.filter(n, 'a')", "error: 1:6: no such overload: a condition that is string, not bool"},
    {"x.all(n, true)", "error: 1:3: no such overload: a macro over int: a list or a map is needed"},
    {"nums.all(1, true)", "compile: 1:10: the name of a variable is expected"}, {"nums.all(a.b, true)", "compile: 1:12: the name of a variable is expected"},
    {"nums.all(n)", "compile: 1:6: .all() does not take 1 argument"}, {"nums.map(n, n, n, n)", "compile: 1:6: .map() does not take 4 arguments"},
    {"nums.all(n, true) && n == 1", "compile: 1:22: unknown variable n"}, {"all(nums, n, true)", "compile: 1:1: all() is called as value.all(...)"},
    {"cel.bind(y, x + 1, y * y)", "16"}, {"cel.bind(a, 1, cel.bind(b, a + 1, a + b))", "3"}, {"cel.bind(y, 1)", "compile: 1:5: cel.bind() takes a name, a value and an expression"},
    {"cel.bind(y, 1 / 0, true) || true", "true"},
    {"[1].all(a, [2].all(b, [3].all(c, [4].all(e, [5].all(f, [6].all(g, [7].all(h, [8].all(i, [9].all(j, a + b + c + e + f + g + h + i + j == 45)))))))))", "true"},
};

constexpr Row kSyntaxErrors[] = {
    {"", "compile: 1:1: unexpected end of the expression, an expression is expected"}, {"1 +", "compile: 1:4: unexpected end of the expression, an expression is expected"},
    {"(1", "compile: 1:3: unexpected end of the expression, ')' is expected"}, {"1)", "compile: 1:2: unexpected ')', the end of the expression is expected"},
    {"[1, 2", "compile: 1:6: unexpected end of the expression, ',' or ']' is expected"}, {"{1}", "compile: 1:3: unexpected '}', ':' is expected"},
    {"a.", "compile: 1:3: unexpected end of the expression, a field is expected"}, {"x.1", "compile: 1:2: unexpected '.1', the end of the expression is expected"},
    {"1 2", "compile: 1:3: unexpected '2', the end of the expression is expected"}, {"x = 1", "compile: 1:3: unexpected '='; the operator is =="},
    {"x & 1", "compile: 1:3: unexpected '&'; the operator is &&"}, {"x | 1", "compile: 1:3: unexpected '|'; the operator is ||"},
    {"x # 1", "compile: 1:3: unexpected character '#'"}, {"x é 1", "compile: 1:3: unexpected character 'é'"},
    {"'é' $ 1", "compile: 1:5: unexpected character '$'"}, {"x &&\n  y.", "compile: 2:5: unexpected end of the expression, a field is expected"},
    {"for", "compile: 1:1: 'for' is a reserved word"}, {"namespace == 1", "compile: 1:1: 'namespace' is a reserved word"}, {"in", "compile: 1:1: unexpected 'in', an expression is expected"},
    {"1a", "compile: 1:1: malformed number '1a'"}, {"0x", "compile: 1:1: a hex digit is expected after 0x"}, {"1e", "compile: 1:1: the exponent has no digits"},
    {"1.5u", "compile: 1:1: malformed number '1.5u'"}, {"Pod{name: 'a'}", "compile: 1:4: message literals are not supported; a map is written {\"key\": value}"},
    {"pod.?spec", "compile: 1:5: optional fields (.?) are not supported; use has()"}, {"size(1,)", "compile: 1:8: unexpected ')', an expression is expected"},
    {"`a", "compile: 1:1: the quoted name has no end"}, {"pod.``", "compile: 1:5: the quoted name is empty"}, {"a ? b", "compile: 1:6: unexpected end of the expression, ':' is expected"},
    {"podd.spec", "compile: 1:1: unknown variable podd (did you mean \"pod\"?)"}, {"numz", "compile: 1:1: unknown variable numz (did you mean \"nums\"?)"},
    {"fial()", "compile: 1:1: unknown function fial() (did you mean \"fail\"?)"}, {"s.startWith('a')", "compile: 1:3: unknown function .startWith() (did you mean \"startsWith\"?)"},
    {"nums.filtre(n, true)", "compile: 1:6: unknown function .filtre() (did you mean \"filter\"?)"}, {"contains('a', 'b')", "compile: 1:1: contains() is called as value.contains(...)"},
    {"'a'.int()", "compile: 1:5: int() is called as int(...)"}, {"x.fail()", "compile: 1:3: fail() is called as fail(...)"}, {"fail(1, 2)", "compile: 1:1: fail() takes 0 to 1 arguments, not 2"},
    {"size(1, 2)", "compile: 1:1: size() does not take 2 arguments"}, {"s.contains()", "compile: 1:3: .contains() does not take 0 arguments"},
    {"size", "compile: 1:1: size is a function: write size(...)"}, {"fail == 1", "compile: 1:1: fail is a function: write fail(...)"},
    {"s.matches('[')", "compile: 1:11: invalid pattern \"[\": missing ]: ["}, {"\xff", "compile: the expression is not valid UTF-8"},
};

class LanguageTest : public testing::TestWithParam<std::span<const Row>> {};

TEST_P(LanguageTest, Rows) {
  TestWorld world;
  for (const Row& row : GetParam()) EXPECT_EQ(world.Run(row.expression), row.expected) << row.expression;
}

INSTANTIATE_TEST_SUITE_P(Literals, LanguageTest, testing::Values(std::span(kLiterals)));
INSTANTIATE_TEST_SUITE_P(Arithmetic, LanguageTest, testing::Values(std::span(kArithmetic)));
INSTANTIATE_TEST_SUITE_P(Comparison, LanguageTest, testing::Values(std::span(kComparison)));
INSTANTIATE_TEST_SUITE_P(Logic, LanguageTest, testing::Values(std::span(kLogic)));
INSTANTIATE_TEST_SUITE_P(Access, LanguageTest, testing::Values(std::span(kAccess)));
INSTANTIATE_TEST_SUITE_P(Macros, LanguageTest, testing::Values(std::span(kMacros)));
INSTANTIATE_TEST_SUITE_P(SyntaxErrors, LanguageTest, testing::Values(std::span(kSyntaxErrors)));

}  // namespace
}  // namespace wavetank::cel
