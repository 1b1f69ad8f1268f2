#include "runtime/net/http_head.h"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace wavetank {
namespace {

std::string_view Reason(int status) {
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
  const auto text = boost::beast::http::obsolete_reason(known);
  return {text.data(), text.size()};
}

void AppendClean(std::string_view text, std::string& out) {
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

void AppendHeader(std::string_view name, std::string_view value, std::string& out) {
  AppendClean(name, out);
  out += ": ";
  AppendClean(value, out);
  out += "\r\n";
}

}  // namespace

std::string FormatHttpDate(Time time) {
  constexpr std::array<std::string_view, 7> kDays = {"Thu", "Fri", "Sat", "Sun",
                                                     "Mon", "Tue", "Wed"};  // 1970 began on a Thursday
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string iso = FormatTime(time);  // 2006-01-02T15:04:05Z
  const int64_t days = time.seconds() / 86400;
  const size_t month = static_cast<size_t>((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
  std::string text(kDays[static_cast<size_t>(days % 7)]);
  text.append(", ").append(iso, 8, 2).append(" ").append(kMonths[month]).append(" ").append(iso, 0, 4);
  return text.append(" ").append(iso, 11, 8).append(" GMT");
}

std::string FormatHead(const HttpResponse& response, Framing framing, size_t length, bool close, Time now) {
  std::string out;
  out.reserve(256);
  out.append("HTTP/1.1 ")
      .append(std::to_string(response.status))
      .append(" ")
      .append(Reason(response.status))
      .append("\r\n");
  for (const HttpHeader& header : response.headers) AppendHeader(header.name, header.value, out);
  AppendHeader("Date", FormatHttpDate(now), out);
  if (framing == Framing::kLength) AppendHeader("Content-Length", std::to_string(length), out);
  if (framing == Framing::kChunked) AppendHeader("Transfer-Encoding", "chunked", out);
  if (close) AppendHeader("Connection", "close", out);
  out += "\r\n";
  return out;
}

void AppendChunk(std::string_view piece, std::string& out) {
  if (piece.empty()) return;
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), piece.size(), 16).ptr;
  out.append(digits.begin(), end).append("\r\n").append(piece).append("\r\n");
}

}  // namespace wavetank
