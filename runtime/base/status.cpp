#include "runtime/base/status.h"

#include "runtime/base/pool.h"

namespace wavetank {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk: return "OK";
    case Code::kBadRequest: return "BadRequest";
    case Code::kUnauthorized: return "Unauthorized";
    case Code::kForbidden: return "Forbidden";
    case Code::kNotFound: return "NotFound";
    case Code::kMethodNotAllowed: return "MethodNotAllowed";
    case Code::kNotAcceptable: return "NotAcceptable";
    case Code::kConflict: return "Conflict";
    case Code::kAlreadyExists: return "AlreadyExists";
    case Code::kGone: return "Gone";
    case Code::kExpired: return "Expired";
    case Code::kTooLarge: return "RequestEntityTooLarge";
    case Code::kUnsupportedMediaType: return "UnsupportedMediaType";
    case Code::kInvalid: return "Invalid";
    case Code::kTooManyRequests: return "TooManyRequests";
    case Code::kInternal: return "InternalError";
    case Code::kServerTimeout: return "ServerTimeout";
    case Code::kUnavailable: return "ServiceUnavailable";
    case Code::kTimeout: return "Timeout";
    case Code::kUnknown: return "Unknown";
    case Code::kConnection: return "Connection";
    case Code::kCancelled: return "Cancelled";
    case Code::kDeadlineExceeded: return "DeadlineExceeded";
    case Code::kInvalidArgument: return "InvalidArgument";
    case Code::kFailedPrecondition: return "FailedPrecondition";
    case Code::kUnimplemented: return "Unimplemented";
  }
  return "Unknown";
}

Status::Status(Code code, std::string message) {
  WT_CHECK(code != Code::kOk, "an error has a code");
  Rep rep;
  rep.code = code;
  rep.message = std::move(message);
  rep_ = std::allocate_shared<const Rep>(PoolAllocator<Rep>(), std::move(rep));
}

const std::string& Status::message() const {
  static const std::string kEmpty;
  return rep_ == nullptr ? kEmpty : rep_->message;
}

const std::shared_ptr<const StatusDetail>& Status::detail() const {
  static const std::shared_ptr<const StatusDetail> kNone;
  return rep_ == nullptr ? kNone : rep_->detail;
}

Status Status::Terminal() const {
  if (ok()) return *this;
  Rep rep = *rep_;
  rep.terminal = true;
  return Status(std::move(rep));
}

Status Status::WithRetryAfter(int seconds) const {
  if (ok()) return *this;
  Rep rep = *rep_;
  rep.retry_after_seconds = seconds;
  return Status(std::move(rep));
}

Status Status::WithDetail(std::shared_ptr<const StatusDetail> detail) const {
  if (ok()) return *this;
  Rep rep = *rep_;
  rep.detail = std::move(detail);
  Status out;
  out.rep_ = std::allocate_shared<const Rep>(PoolAllocator<Rep>(), std::move(rep));
  return out;
}

Status Status::Wrap(std::string_view context) const {
  if (ok()) return *this;
  Rep rep = *rep_;
  rep.message = std::string(context) + ": " + rep.message;
  return Status(std::move(rep));
}

std::string Status::ToString() const {
  if (ok()) return "OK";
  return std::string(CodeName(code())) + ": " + message();
}

}  // namespace wavetank
