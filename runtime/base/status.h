// Status and Result<T>: how every fallible call of Wavetank answers. No exception crosses the API.
//
//   Result<int> ParsePort(std::string_view text);
//
//   Status Listen(std::string_view text) {
//     WT_ASSIGN(int port, ParsePort(text));   // returns the error to the caller, or binds the value
//     WT_RETURN_IF_ERROR(Bind(port));
//     return {};
//   }
//
// In a coroutine use CO_ASSIGN and CO_RETURN_IF_ERROR; the awaited expression stands alone in them.
// A Status is one pointer; success is null and costs nothing. Copies share the (immutable) error.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/base/check.h"

namespace wavetank {

// The reasons of Kubernetes' Status (RT-284), and the few that only a client can have.
enum class Code : uint8_t {
  kOk,
  kBadRequest,            // 400
  kUnauthorized,          // 401
  kForbidden,             // 403
  kNotFound,              // 404
  kMethodNotAllowed,      // 405
  kNotAcceptable,         // 406
  kConflict,              // 409
  kAlreadyExists,         // 409
  kGone,                  // 410
  kExpired,               // 410: a resourceVersion or a continue token is too old
  kTooLarge,              // 413
  kUnsupportedMediaType,  // 415
  kInvalid,               // 422
  kTooManyRequests,       // 429
  kInternal,              // 500
  kServerTimeout,         // 500: the server could not complete it now, try again
  kUnavailable,           // 503
  kTimeout,               // 504: the outcome of a write is unknown
  kUnknown,               // any other failure of the server
  // Below: never sent by a server.
  kConnection,        // no answer; the outcome of a write is unknown
  kCancelled,         // the caller gave up
  kDeadlineExceeded,  // a deadline of our own passed
  kInvalidArgument,   // a call or a file that can never work as it stands
  kFailedPrecondition,
  kUnimplemented,
};

// The CamelCase name of a code ("NotFound"), as Kubernetes spells its reasons.
std::string_view CodeName(Code code);

// Something a layer above attaches to an error; `runtime/api` attaches the server's whole Status object.
class StatusDetail {
 public:
  virtual ~StatusDetail() = default;
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message);

  bool ok() const { return rep_ == nullptr; }
  Code code() const { return rep_ == nullptr ? Code::kOk : rep_->code; }
  const std::string& message() const;

  // A terminal error is never retried by a controller (RT-069). The mark survives wrapping.
  bool terminal() const { return rep_ != nullptr && rep_->terminal; }
  Status Terminal() const;

  // Seconds the server asked to wait; 0 when it did not (API-050).
  int retry_after_seconds() const { return rep_ == nullptr ? 0 : rep_->retry_after_seconds; }
  Status WithRetryAfter(int seconds) const;

  const std::shared_ptr<const StatusDetail>& detail() const;
  Status WithDetail(std::shared_ptr<const StatusDetail> detail) const;

  // The same error with `context + ": "` before its message. Success stays success.
  Status Wrap(std::string_view context) const;

  // "OK", or "NotFound: pods \"a\" not found".
  std::string ToString() const;

  // The `return status;` half of WT_ASSIGN.
  const Status& status() const { return *this; }

 private:
  struct Rep {
    Code code;
    bool terminal = false;
    int retry_after_seconds = 0;
    std::string message;
    std::shared_ptr<const StatusDetail> detail;
  };
  explicit Status(Rep rep) : rep_(std::make_shared<const Rep>(std::move(rep))) {}

  std::shared_ptr<const Rep> rep_;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(Status error) : value_(std::unexpect, std::move(error)) {  // NOLINT(google-explicit-constructor)
    WT_CHECK(!value_.error().ok(), "a Result made of a Status holds an error");
  }
  template <typename U = T>
    requires std::is_constructible_v<T, U&&> && (!std::is_same_v<std::remove_cvref_t<U>, Result>) &&
             (!std::is_same_v<std::remove_cvref_t<U>, Status>)
  Result(U&& value) : value_(std::in_place, std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return value_.has_value(); }
  Status status() const { return ok() ? Status() : value_.error(); }
  Code code() const { return ok() ? Code::kOk : value_.error().code(); }

  T& operator*() & { return Checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->Checked(); }
  T&& operator*() && { return std::move(Checked()); }
  T* operator->() { return &Checked(); }
  const T* operator->() const { return &const_cast<Result*>(this)->Checked(); }
  T value_or(T other) const { return ok() ? *value_ : std::move(other); }

 private:
  T& Checked() {
    WT_CHECK(value_.has_value(), "the value of a failed Result was read");
    return *value_;
  }
  std::expected<T, Status> value_;
};

}  // namespace wavetank

#define WT_CAT_(a, b) a##b
#define WT_CAT(a, b) WT_CAT_(a, b)
#define WT_ASSIGN_(tmp, decl, ...)           \
  auto tmp = __VA_ARGS__;                    \
  if (!tmp.ok()) [[unlikely]]                \
    return tmp.status();                     \
  decl = *std::move(tmp)
#define CO_ASSIGN_(tmp, decl, ...)           \
  auto tmp = __VA_ARGS__;                    \
  if (!tmp.ok()) [[unlikely]]                \
    co_return tmp.status();                  \
  decl = *std::move(tmp)

// Binds the value of a Result, or returns its error.
#define WT_ASSIGN(decl, ...) WT_ASSIGN_(WT_CAT(wt_result_, __LINE__), decl, __VA_ARGS__)
#define CO_ASSIGN(decl, ...) CO_ASSIGN_(WT_CAT(wt_result_, __LINE__), decl, __VA_ARGS__)
// Returns the error of a Status or a Result, if it is one.
#define WT_RETURN_IF_ERROR(...)                          \
  do {                                                   \
    if (auto wt_status = (__VA_ARGS__); !wt_status.ok()) \
      return wt_status.status();                         \
  } while (false)
#define CO_RETURN_IF_ERROR(...)            \
  do {                                     \
    auto wt_status = __VA_ARGS__;          \
    if (!wt_status.ok()) [[unlikely]]      \
      co_return wt_status.status();        \
  } while (false)
