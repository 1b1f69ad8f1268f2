// The built-in functions: one row an expression.

#include <gtest/gtest.h>

#include "sim/cel/cel_test_util.h"

namespace wavetank::cel {
namespace {

constexpr Row kConversions[] = {
    {"int(1)", "1"}, {"int(1u)", "1"}, {"int(1.9)", "1"}, {"int(-1.9)", "-1"}, {"int('42')", "42"}, {"int('-42')", "-42"}, {"int('+1')", "1"},
    {"int('x')", "error: 1:1: int(): cannot read \"x\""}, {"int('')", "error: 1:1: int(): cannot read \"\""}, {"int('1.5')", "error: 1:1: int(): cannot read \"1.5\""},
    {"int(18446744073709551615u)", "error: 1:1: int(): 18446744073709551615u is out of range"}, {"int(1e19)", "error: 1:1: int(): 1e+19 is out of range"},
    {"int(0.0 / 0.0)", "error: 1:1: int(): NaN is out of range"}, {"int(timestamp('1970-01-01T00:01:00Z'))", "60"}, {"int(true)", "error: 1:1: no such overload: int(bool)"},
    {"int([])", "error: 1:1: no such overload: int(list)"}, {"uint(1)", "1u"}, {"uint(-1)", "error: 1:1: uint(): -1 is out of range"}, {"uint(1.9)", "1u"},
    {"uint(-0.5)", "error: 1:1: uint(): -0.5 is out of range"}, {"uint('7')", "7u"}, {"uint('-7')", "error: 1:1: uint(): cannot read \"-7\""}, {"uint(u)", "7u"},
    {"uint(18446744073709551616.0)", "error: 1:1: uint(): 1.8446744073709552e+19 is out of range"}, {"double(1)", "1"}, {"double(1) == 1.0", "true"}, {"type(double(1))", "double"},
    {"double(2u)", "2"}, {"double('1.5')", "1.5"}, {"double('-1e3')", "-1000"}, {"double('x')", "error: 1:1: double(): cannot read \"x\""}, {"double(1.5)", "1.5"},
    {"string(1)", R"("1")"}, {"string(-1)", R"("-1")"}, {"string(1u)", R"("1")"}, {"string(1.5)", R"("1.5")"}, {"string(1e6)", R"("1e+06")"}, {"string(123456.0)", R"("123456")"},
    {"string(0.0001)", R"("0.0001")"}, {"string(0.00001)", R"("1e-05")"}, {"string(-0.0)", R"("-0")"}, {"string(true)", R"("true")"}, {"string('a')", R"("a")"}, {"string(b'abc')", R"("abc")"},
    {R"(string(b'\xff'))", "error: 1:1: string(): the bytes are not valid UTF-8"}, {"string(null)", "error: 1:1: no such overload: string(null)"}, {"string([])", "error: 1:1: no such overload: string(list)"},
    {"string(timestamp('2025-01-01T00:00:00Z'))", R"("2025-01-01T00:00:00Z")"}, {"string(timestamp('2025-01-01T00:00:00.125Z'))", R"("2025-01-01T00:00:00.125Z")"},
    {"string(duration('1h30m'))", R"("5400s")"}, {"string(duration('-1.5s'))", R"("-1.5s")"}, {"bytes('é') == b'\\xc3\\xa9'", "true"}, {"bytes(b'a')", R"(b"a")"}, {"bytes(1)", "error: 1:1: no such overload: bytes(int)"},
    {"bool('true')", "true"}, {"bool('0')", "false"}, {"bool(true)", "true"}, {"bool('x')", "error: 1:1: bool(): cannot read \"x\""}, {"bool(1)", "error: 1:1: no such overload: bool(int)"},
    {"dyn(1)", "1"}, {"type(dyn(1))", "int"}, {"size('abc')", "3"}, {"'abc'.size()", "3"}, {"size('😀é')", "2"}, {"size(b'abc')", "3"}, {"size([1, 2])", "2"}, {"[].size()", "0"}, {"size({'a': 1})", "1"},
    {"size(pod.metadata.labels)", "2"}, {"pod.spec.containers.size()", "2"}, {"size(1)", "error: 1:1: no such overload: size(int)"}, {"size(null)", "error: 1:1: no such overload: size(null)"},
};

constexpr Row kStrings[] = {
    {"'abc'.contains('b')", "true"}, {"'abc'.contains('')", "true"}, {"'abc'.contains('d')", "false"}, {"'abc'.contains(1)", "error: 1:7: no such overload: contains(string, int)"},
    {"nums.contains(1)", "error: 1:6: no such overload: contains(list, int)"}, {"'abc'.startsWith('ab')", "true"}, {"'abc'.startsWith('b')", "false"}, {"'abc'.endsWith('bc')", "true"},
    {"'abc'.endsWith('')", "true"}, {"''.endsWith('a')", "false"}, {"'abc'.matches('b')", "true"}, {"'abc'.matches('^b')", "false"}, {"'abc'.matches('^a.c$')", "true"}, {"matches('abc', 'c$')", "true"},
    {R"('a1b22'.matches('[0-9]{2}'))", "true"}, {"s.matches('^[A-Z][a-z]+$')", "true"}, {"s.matches(s)", "true"}, {"s.matches('(' + 'x')", "compile: 1:15: invalid pattern \"(x\": missing ): (x"},
    {"s.matches(s + '[')", "error: 1:3: invalid pattern \"Wave[\": missing ]: ["}, {"s.matches(1)", "error: 1:3: no such overload: matches(string, int)"}, {"x.matches('a')", "error: 1:3: no such overload: matches(int)"},
    {"'é'.matches('^.$')", "true"}, {"'abc123'.find('[0-9]+')", R"("123")"}, {"'abc'.find('[0-9]+')", R"("")"}, {"'AbCé'.lowerAscii()", "\"abcé\""}, {"'aBcé'.upperAscii()", "\"ABCé\""},
    {R"('\t a b \n'.trim())", R"("a b")"}, {"'\u2003a\u00a0'.trim()", R"("a")"}, {"'   '.trim()", R"("")"}, {"'abab'.replace('a', 'x')", R"("xbxb")"}, {"'abab'.replace('a', 'x', 1)", R"("xbab")"},
    {"'abab'.replace('a', 'x', 0)", R"("abab")"}, {"'abab'.replace('a', 'x', -1)", R"("xbxb")"}, {"'ab'.replace('', '-')", R"("-a-b-")"}, {"'ab'.replace('', '-', 1)", R"("-ab")"}, {"'aaa'.replace('aa', 'b')", R"("ba")"},
    {"'abc'.replace('b', '')", R"("ac")"}, {"'a,b,c'.split(',')", R"(["a", "b", "c"])"}, {"'a,b,c'.split(',', 2)", R"(["a", "b,c"])"}, {"'a,b'.split(',', 0)", "[]"}, {"'a,b'.split(',', 1)", R"(["a,b"])"},
    {"'a,b'.split(',', -1)", R"(["a", "b"])"}, {"'aé'.split('')", "[\"a\", \"é\"]"}, {"'abc'.split('', 2)", R"(["a", "bc"])"}, {"''.split('')", "[]"}, {"''.split(',')", R"([""])"}, {"',a,'.split(',')", R"(["", "a", ""])"},
    {"['a', 'b'].join()", R"("ab")"}, {"['a', 'b'].join('-')", R"("a-b")"}, {"[].join('-')", R"("")"}, {"[1].join('-')", "error: 1:5: join(): element 0 is no string"}, {"'a'.join()", "error: 1:5: no such overload: join(string)"},
    {"'héllo'.substring(1)", "\"éllo\""}, {"'héllo'.substring(1, 3)", "\"él\""}, {"'abc'.substring(3)", R"("")"}, {"'abc'.substring(4)", "error: 1:7: substring(): index 4 is out of range"},
    {"'abc'.substring(-1)", "error: 1:7: substring(): index -1 is out of range"}, {"'abc'.substring(2, 1)", "error: 1:7: substring(): the start is behind the end"}, {"'abc'.substring(0, 4)", "error: 1:7: substring(): index 4 is out of range"},
    {"'héllo'.charAt(1)", "\"é\""}, {"'abc'.charAt(3)", R"("")"}, {"'abc'.charAt(4)", "error: 1:7: charAt(): index 4 is out of range"}, {"'abcb'.indexOf('b')", "1"}, {"'abcb'.indexOf('b', 2)", "3"}, {"'abc'.indexOf('x')", "-1"},
    {"'éab'.indexOf('b')", "2"}, {"'abc'.indexOf('')", "0"}, {"'abc'.indexOf('b', 9)", "error: 1:7: indexOf(): index 9 is out of range"}, {"'abcb'.lastIndexOf('b')", "3"}, {"'abcb'.lastIndexOf('b', 2)", "1"},
    {"'abc'.lastIndexOf('')", "3"}, {"'abc'.lastIndexOf('x')", "-1"}, {"nums.indexOf(3)", "2"}, {"[1, 2, 1].lastIndexOf(1)", "2"}, {"nums.indexOf('a')", "-1"}, {"nums.lastIndexOf(9)", "-1"},
    {"'abc'.indexOf(1)", "error: 1:7: no such overload: indexOf(string, int)"},
};

constexpr Row kLists[] = {
    {"nums.isSorted()", "true"}, {"[2, 1].isSorted()", "false"}, {"['a', 'b', 'b'].isSorted()", "true"}, {"[].isSorted()", "true"}, {"[1, 'a'].isSorted()", "error: 1:10: no such overload: int > string"},
    {"nums.sum()", "10"}, {"[].sum()", "0"}, {"[1.5, 2.5].sum()", "4"}, {"[1u].sum()", "1u"}, {"[duration('1s'), duration('2s')].sum() == duration('3s')", "true"},
    {"[9223372036854775807, 1].sum()", "error: 1:26: integer overflow"}, {"['a'].sum()", "error: 1:7: no such overload: sum(list)"}, {"nums.min()", "1"}, {"nums.max()", "4"}, {"['b', 'a'].min()", R"("a")"},
    {"[].min()", "error: 1:4: min(): the list is empty"}, {"[1, 2.5].max()", "2.5"}, {"[1, 'a'].max()", "error: 1:10: no such overload: string > int"}, {"x.sum()", "error: 1:3: no such overload: sum(int)"},
};

constexpr Row kTimes[] = {
    {"timestamp('2025-03-09T14:05:06.789Z').getFullYear()", "2025"}, {"timestamp('2025-03-09T14:05:06.789Z').getMonth()", "2"}, {"timestamp('2025-03-09T14:05:06.789Z').getDate()", "9"},
    {"timestamp('2025-03-09T14:05:06.789Z').getDayOfMonth()", "8"}, {"timestamp('2025-03-09T14:05:06.789Z').getDayOfWeek()", "0"}, {"timestamp('2025-03-09T14:05:06.789Z').getDayOfYear()", "67"},
    {"timestamp('2025-03-09T14:05:06.789Z').getHours()", "14"}, {"timestamp('2025-03-09T14:05:06.789Z').getMinutes()", "5"}, {"timestamp('2025-03-09T14:05:06.789Z').getSeconds()", "6"},
    {"timestamp('2025-03-09T14:05:06.789Z').getMilliseconds()", "789"}, {"timestamp('2025-03-09T23:30:00Z').getDate('+01:00')", "10"}, {"timestamp('2025-03-09T23:30:00Z').getHours('-08:30')", "15"},
    {"timestamp('2025-03-09T23:30:00Z').getHours('UTC')", "23"}, {"timestamp('2025-03-09T23:30:00Z').getHours('02:00')", "1"}, {"timestamp('1969-12-31T23:59:59.5Z').getMilliseconds()", "500"}, {"timestamp('1969-12-31T23:59:59.5Z').getFullYear()", "1969"},
    {"timestamp('2025-01-01T00:00:00Z').getHours('Europe/Berlin')", "error: 1:35: getHours(): time zone \"Europe/Berlin\" is neither \"UTC\" nor an offset like \"+02:00\""},
    {"timestamp('2025-01-01T02:00:00+02:00') == timestamp('2025-01-01T00:00:00Z')", "true"}, {"timestamp('x')", "error: 1:1: timestamp(): cannot read \"x\""}, {"timestamp(1) == timestamp('1970-01-01T00:00:01Z')", "true"},
    {"timestamp(9223372036854775807)", "error: 1:1: timestamp(): 9223372036854775807 is out of range"}, {"timestamp(timestamp(0)) == timestamp(0)", "true"}, {"timestamp(0) < timestamp(1)", "true"}, {"timestamp(1) >= timestamp(1)", "true"},
    {"timestamp(60) + duration('1m') == timestamp(120)", "true"}, {"duration('1m') + timestamp(60) == timestamp(120)", "true"}, {"timestamp(60) - duration('1m') == timestamp(0)", "true"}, {"timestamp(60) - timestamp(0)", R"(duration("1m0s"))"},
    {"timestamp(0) + timestamp(0)", "error: 1:14: no such overload: timestamp + timestamp"}, {"duration('1s') - timestamp(0)", "error: 1:16: no such overload: duration - timestamp"}, {"duration('1s') * 2", "error: 1:16: no such overload: duration * int"},
    {"timestamp('2262-01-01T00:00:00Z') + duration('8760h')", "error: 1:35: time out of range"}, {"duration('1h') > duration('59m')", "true"}, {"duration('1h') == duration('60m')", "true"}, {"duration('1s') + duration('500ms')", R"(duration("1.5s"))"},
    {"duration('1s') - duration('2s')", R"(duration("-1s"))"}, {"-duration('1s')", R"(duration("-1s"))"}, {"duration('x')", "error: 1:1: duration(): cannot read \"x\""}, {"duration('90m').getHours()", "1"}, {"duration('90m').getMinutes()", "90"},
    {"duration('90m').getSeconds()", "5400"}, {"duration('1.5s').getMilliseconds()", "1500"}, {"duration('1s').getFullYear()", "error: 1:16: no such overload: getFullYear(duration)"}, {"duration(duration('1s')) == duration('1s')", "true"},
    {"timestamp(0)", R"(timestamp("1970-01-01T00:00:00Z"))"}, {"timestamp(0) == 0", "false"}, {"timestamp(0) < 1", "error: 1:14: no such overload: timestamp < int"}, {"x.getHours()", "error: 1:3: no such overload: getHours(int)"},
    {"timestamp('0984-12-31T23:59:59.5Z')", "error: 1:1: timestamp(): \"0984-12-31T23:59:59.5Z\" is out of range"},
    {"timestamp('9999-12-31T23:59:59Z')", "error: 1:1: timestamp(): \"9999-12-31T23:59:59Z\" is out of range"},
    {"timestamp(-9223372036) - duration('854775808ns')", "timestamp(\"1677-09-21T00:12:43.145224192Z\")"},
    {"(timestamp(-9223372036) - duration('854775808ns')).getMilliseconds()", "145"},
    {"timestamp(0).seconds", "error: 1:14: no such overload: timestamp.seconds"},
};

class FunctionsTest : public testing::TestWithParam<std::span<const Row>> {};

TEST_P(FunctionsTest, Rows) {
  TestWorld world;
  for (const Row& row : GetParam()) EXPECT_EQ(world.Run(row.expression), row.expected) << row.expression;
}

INSTANTIATE_TEST_SUITE_P(Conversions, FunctionsTest, testing::Values(std::span(kConversions)));
INSTANTIATE_TEST_SUITE_P(Strings, FunctionsTest, testing::Values(std::span(kStrings)));
INSTANTIATE_TEST_SUITE_P(Lists, FunctionsTest, testing::Values(std::span(kLists)));
INSTANTIATE_TEST_SUITE_P(Times, FunctionsTest, testing::Values(std::span(kTimes)));

}  // namespace
}  // namespace wavetank::cel
