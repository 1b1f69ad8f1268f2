#include "runtime/wire/gzip.h"

#include <zlib.h>

namespace wavetank {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, with gzip's own head and tail
constexpr int kLevel = 1;
constexpr size_t kChunk = 64u << 10;

Bytef* Input(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

}  // namespace

std::string Gzip(std::string_view text) {
  z_stream stream{};
  WT_CHECK(deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib is there");
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = Input(text);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  WT_CHECK(done == Z_STREAM_END, "the bound of zlib holds");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Result<std::string> Gunzip(std::string_view bytes) {
  z_stream stream{};
  WT_CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK, "zlib is there");
  stream.next_in = Input(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK && out.size() <= kMaxGunzipBytes) {
    const size_t before = out.size();
    out.resize(before + kChunk);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = kChunk;
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(before + kChunk - stream.avail_out);
    if (state == Z_OK && out.size() == before) break;  // the input ended too early
  }
  inflateEnd(&stream);
  if (out.size() > kMaxGunzipBytes) return Status(Code::kTooLarge, "a gzip body unpacks to more than 256 MiB");
  if (state != Z_STREAM_END) return Status(Code::kInvalidArgument, "a gzip body is broken");
  return out;
}

}  // namespace wavetank
