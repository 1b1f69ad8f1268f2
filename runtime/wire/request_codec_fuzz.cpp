// Any bytes as an HTTP request: parsing never crashes, and what is understood can be written again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/check.h"
#include "runtime/wire/request_codec.h"
#include "runtime/wire/response_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wavetank;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto next = [&text] {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return std::string(line);
  };
  HttpRequest http;
  http.method = next();
  http.target = next();
  http.headers.push_back({"Content-Type", next()});
  http.headers.push_back({"Accept", next()});
  http.body = text;
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  const ParsedRequest parsed = ParseRequest(http, kinds);
  if (const auto* call = std::get_if<ResourceCall>(&parsed)) {
    const HttpRequest again = EncodeRequest(call->request, {});
    const ParsedRequest twice = ParseRequest(again, kinds);
    WT_CHECK(!std::holds_alternative<OtherPath>(twice), "a written request is one");
  } else if (const auto* refusal = std::get_if<Refusal>(&parsed); refusal != nullptr && !refusal->plain_page) {
    EncodeStatus(refusal->status, kinds, refusal->format);
  }
  return 0;
}
