#include "tools/conformance/case_run.h"

#include <algorithm>

#include "runtime/api/wire_text.h"
#include "runtime/value/json.h"
#include "runtime/wire/gzip.h"
#include "runtime/wire/media_type.h"
#include "runtime/wire/target.h"
#include "sim/cluster/parts.h"
#include "tools/conformance/pointer.h"
#include "tools/conformance/raw_json.h"

namespace wavetank::conformance {
namespace {

using std::chrono::milliseconds;

constexpr Duration kPollPause = milliseconds(30);
constexpr Duration kQuiet = milliseconds(400);
constexpr uint64_t kExchange = 1'500;  // microseconds from a request that is served to the next of the same client
constexpr Duration kEventLimit = std::chrono::seconds(30);

sim::WorldOptions OptionsOf() {
  sim::WorldOptions options;
  options.nodes = 0;
  options.scheduler = false;
  options.kubelets = false;
  options.garbage_collector = false;
  return options;
}

Mismatch Needs(std::string_view feature) { return {"", "an answer", "needs feature " + std::string(feature)}; }

// Kept headers are compared always; one of these may not be there unless it was recorded.
constexpr std::string_view kUsual[] = {"accept-patch", "allow", "cache-control", "content-type",
                                       "retry-after",  "vary",  "warning",       "www-authenticate"};

std::vector<std::string> TextsOf(const Value& value) {
  std::vector<std::string> texts;
  if (value.is_string()) texts.emplace_back(value.AsString());
  for (const Value& element : value.elements()) texts.emplace_back(element.AsString());
  return texts;
}

}  // namespace

CaseRun::CaseRun(const GoldenCase& golden, const sim::ApiServer& fresh, const ReplayOptions& options)
    : golden_(golden), world_(fresh, paced_, OptionsOf()), host_(world_.kernel(), world_.network()), front_(host_, {}) {
  if (golden.cluster()) {
    for (const sim::ClusterPart& part : sim::ClusterParts()) {
      // As recorded: no scheduler; and one garbage collector, that of every kind.
      if (part.name == "scheduler" || part.name == "garbage-collector") continue;
      world_.AddProcess(std::string(part.name), part.main);
    }
    for (const auto& [name, main] : options.controllers) world_.AddProcess(name, main);
  }
  world_.Start();
  world_.kernel().RunUntilQuiet();
  const bool times = std::ranges::any_of(golden.steps, [](const GoldenStep& step) {
    return step.raw_body.find("{{time}}") != std::string_view::npos ||
           step.raw_body.find("{{microTime}}") != std::string_view::npos;
  });
  symbols_.KeepTimes(times);
}

CaseResult CaseRun::Run() {
  for (size_t i = 0; i < golden_.steps.size(); ++i) {
    if (MaybeMismatch no = DoStep(golden_.steps[i]); no.has_value()) return {i, std::move(no)};
  }
  return {golden_.steps.size(), CheckOrder()};
}

MaybeMismatch CaseRun::DoStep(const GoldenStep& step) {
  const std::string_view what = step.value["do"].AsString();
  if (what == "request") return DoRequest(step);
  if (what == "poll") return DoPoll(step);
  if (what == "watch") return DoWatch(step);
  if (what == "events") return DoEvents(step.value);
  if (what == "compact") return DoCompact(step.value);
  if (what == "sleep") {
    Advance(milliseconds(step.value["ms"].AsInt()));
    return std::nullopt;
  }
  if (what == "hook" || what == "hookCalls") return Needs("webhooks");
  return Mismatch{"", "a known step", std::string(what)};
}

void CaseRun::Meanwhile() {
  const uint64_t until = paced_.now() + kExchange;
  while (!world_.kernel().enabled().main().empty() && paced_.now() < until) world_.kernel().Step();
}

void CaseRun::Advance(Duration duration) { world_.kernel().RunFor(duration, {}); }

// ---- Requests.

FillContext CaseRun::Context(const Value& step) {
  return {.now = world_.kernel().now(),
          .etag = [this, step](std::string_view path) { return AskEtag(path, step); },
          .hook_url = ""};
}

std::string CaseRun::AskEtag(std::string_view path, const Value& step) {
  if (const auto found = etags_.find(std::string(path)); found != etags_.end()) return found->second;
  HttpRequest request{.method = "GET", .target = std::string(path)};
  AddHeader(request.headers, "Authorization", "Bearer " + front_.options().token);
  if (const Value& accept = step["headers"]["Accept"]; accept.is_string()) {
    AddHeader(request.headers, "Accept", accept.AsString());
  }
  const FoundAnswer answer = Send(request);
  return std::string(HeaderText(answer.http.headers, "ETag"));
}

Result<std::string> CaseRun::BuildBody(const GoldenStep& step, const FillContext& context) {
  if (const Value& binary = step.value["bodyBase64"]; binary.is_string()) return DecodeBase64(binary.AsString());
  if (step.raw_body.empty()) return std::string();
  const Value& repeat = step.value["repeat"];
  if (step.raw_body.starts_with('"') && repeat.is_null()) return symbols_.FillText(RawString(step.raw_body), context);
  WT_ASSIGN(std::string text, symbols_.FillJson(step.raw_body, context));
  if (repeat.is_null()) return text;
  WT_ASSIGN(const Value body, ParseJson(text));
  const std::string_view at = repeat["at"].AsString();
  const std::optional<Value> one = Lookup(body, at);
  if (!one.has_value()) return Status(Code::kInvalidArgument, "nothing stands at the pointer of `repeat`");
  const int64_t times = repeat["times"].AsInt();
  if (one->is_array()) {
    ArrayBuilder many;
    for (int64_t i = 0; i < times; ++i) {
      for (const Value& element : one->elements()) many.Add(element);
    }
    return WriteJson(Replace(body, at, many.Build()));
  }
  std::string many;
  for (int64_t i = 0; i < times; ++i) many += one->AsString();
  return WriteJson(Replace(body, at, Value(many)));
}

Result<HttpRequest> CaseRun::BuildRequest(const GoldenStep& step) {
  const Value& value = step.value;
  const FillContext context = Context(value);
  HttpRequest request;
  request.method = value["method"].AsString("GET");
  WT_ASSIGN(request.target, symbols_.FillText(value["path"].AsString(), context));
  Query query;
  for (const Field& field : value["query"].fields()) {
    for (const std::string& text : TextsOf(field.value)) {
      WT_ASSIGN(const std::string filled, symbols_.FillText(text, context));
      query.Add(field.key.view(), filled);
    }
  }
  if (!query.pairs().empty()) request.target += "?" + query.ToString();
  const std::string_view user = value["user"].AsString();
  if (!value["headers"].Has("Authorization") && user != "anonymous") {
    AddHeader(request.headers, "Authorization", "Bearer " + front_.options().token);
  }
  if (!user.empty() && user != "anonymous") {
    AddHeader(request.headers, "Impersonate-User", user);
    for (const Value& group : golden_.value["users"][user].elements()) {
      AddHeader(request.headers, "Impersonate-Group", group.AsString());
    }
  }
  for (const Field& field : value["headers"].fields()) {
    for (const std::string& text : TextsOf(field.value)) {
      WT_ASSIGN(const std::string filled, symbols_.FillText(text, context));
      AddHeader(request.headers, field.key.view(), filled);
    }
  }
  WT_ASSIGN(request.body, BuildBody(step, context));
  return request;
}

FoundAnswer CaseRun::Send(const HttpRequest& request) {
  sim::Front::Outcome outcome = front_.Handle(request);
  while (auto* pending = std::get_if<sim::FrontPending>(&outcome)) {
    sim::FrontPending next = std::move(*pending);
    if (const auto* wait = std::get_if<sim::WaitFor>(&next.why); wait != nullptr) {
      Advance(wait->deadline - world_.kernel().now());
      outcome = front_.Resume(std::move(next), {});
    } else {
      outcome = front_.Resume(std::move(next), {.arrived = false, .body = {}, .error = "no webhook is served here"});
    }
  }
  auto& answer = std::get<sim::FrontAnswer>(outcome);
  FoundAnswer found{std::move(answer.response), std::nullopt, std::move(answer.watch)};
  if (HeaderText(found.http.headers, "Content-Encoding") == "gzip") {
    Result<std::string> plain = Gunzip(found.http.body);
    if (plain.ok()) found.http.body = *std::move(plain);
  }
  const std::optional<std::string> type = ContentTypeOf(HeaderText(found.http.headers, "Content-Type"));
  if (type.has_value() && type->ends_with("json")) {
    Result<Value> json = ParseJson(found.http.body);
    if (json.ok()) found.json = *std::move(json);
  }
  return found;
}

Result<FoundAnswer> CaseRun::Exchange(const GoldenStep& step) {
  WT_ASSIGN(const HttpRequest request, BuildRequest(step));
  FoundAnswer answer = Send(request);
  Meanwhile();
  if (const std::string_view etag = HeaderText(answer.http.headers, "ETag"); !etag.empty()) {
    etags_[std::string(step.value["path"].AsString())] = etag;
  }
  return answer;
}

MaybeMismatch CaseRun::DoRequest(const GoldenStep& step) {
  Result<FoundAnswer> answer = Exchange(step);
  if (!answer.ok()) return Mismatch{"", "a request", answer.status().message()};
  if (MaybeMismatch no = JudgeHead(step.value["response"], *answer); no.has_value()) return no;
  return JudgeBody(step.value, *answer);
}

MaybeMismatch CaseRun::DoPoll(const GoldenStep& step) {
  const Duration limit = std::chrono::seconds(golden_.cluster() ? 60 : 20);
  const Time end = world_.kernel().now() + limit;
  for (;;) {
    Result<FoundAnswer> answer = Exchange(step);
    if (!answer.ok()) return Mismatch{"", "a request", answer.status().message()};
    const Value found = answer->json.value_or(Value(answer->http.body));
    const std::optional<Mismatch> no = Holds(step.value["until"], found);
    if (!no.has_value()) {
      if (MaybeMismatch head = JudgeHead(step.value["response"], *answer); head.has_value()) return head;
      return JudgeBody(step.value, *answer);
    }
    if (world_.kernel().now() >= end) return no;
    Advance(kPollPause);
  }
}

std::optional<Mismatch> CaseRun::Holds(const Value& until, const Value& found) {
  std::vector<Value> conditions = {until};
  for (const Value& more : until["and"].elements()) conditions.push_back(more);
  for (const Value& condition : conditions) {
    const std::string at(condition["at"].AsString());
    const std::optional<Value> value = Lookup(found, at);
    Value wanted = condition["is"];
    if (wanted.is_string()) wanted = Value(symbols_.Known(wanted.AsString()));
    const bool absent = !value.has_value() || value->is_null();
    if (absent ? wanted.is_null() : *value == wanted) continue;
    return Mismatch{"until " + at, WriteJson(wanted), value.has_value() ? WriteJson(*value) : "(nothing)"};
  }
  return std::nullopt;
}

// ---- Watches.

MaybeMismatch CaseRun::DoWatch(const GoldenStep& step) {
  Result<FoundAnswer> answer = Exchange(step);
  if (!answer.ok()) return Mismatch{"", "a request", answer.status().message()};
  const Value& expected = step.value["response"];
  if (MaybeMismatch no = JudgeHead(expected, *answer); no.has_value()) return no;
  if (answer->watch == nullptr) return JudgeBody(step.value, *answer);
  if (expected.Has("body") || expected.Has("bodyText")) return Mismatch{"", "a refused watch", "a stream"};
  watches_[std::string(step.value["id"].AsString())].stream = std::move(answer->watch);
  return std::nullopt;
}

void CaseRun::Collect(OpenWatch& watch) {
  for (const std::string& frame : watch.stream->Poll()) {
    Result<Value> event = ParseJson(frame);
    Value found = event.ok() ? *std::move(event) : Value(frame);
    const bool mark = WriteJson(found).find("k8s.io/initial-events-end") != std::string::npos;
    if (found["type"] == "BOOKMARK" && !mark) continue;
    watch.events.push_back(std::move(found));
  }
  watch.closed = watch.stream->ended();
}

MaybeMismatch CaseRun::DoEvents(const Value& step) {
  const auto found = watches_.find(std::string(step["id"].AsString()));
  if (found == watches_.end()) return Mismatch{"", "an open watch", "(nothing)"};
  OpenWatch& watch = found->second;
  const bool wants_end = step["closed"].AsBool();
  const size_t wanted = step["events"].size();
  const Time end = world_.kernel().now() + kEventLimit;
  Collect(watch);
  while (!watch.closed && world_.kernel().now() < end && (watch.events.size() < wanted || wants_end)) {
    Advance(kPollPause);
    Collect(watch);
  }
  for (Duration quiet{}; !watch.closed && quiet < kQuiet; quiet += kPollPause) {
    const size_t before = watch.events.size();
    Advance(kPollPause);
    Collect(watch);
    if (watch.events.size() > before) quiet = Duration::zero();
  }
  const Value events = Prepare(Value::Array(std::exchange(watch.events, {})), How(step), symbols_);
  MaybeMismatch no = BindWhole(step["events"], events, symbols_, "/events");
  if (!no.has_value()) no = MatchValue(step["events"], events, symbols_, "/events", false);
  if (no.has_value() || watch.closed == wants_end) return no;
  return Mismatch{"/closed", wants_end ? "true" : "false", watch.closed ? "true" : "false"};
}

// The store forgets what is older than a version.
MaybeMismatch CaseRun::DoCompact(const Value& step) {
  const std::string version = symbols_.Known(step["at"]["resourceVersion"].AsString());
  const uint64_t revision = std::strtoull(version.c_str(), nullptr, 10);
  if (revision == 0) return Mismatch{"/at/resourceVersion", "a version", version};
  host_.server().CompactStorage(revision);
  return std::nullopt;
}

// ---- Judging.

Preparation CaseRun::How(const Value& step) const {
  Preparation how;
  for (const Value* strips : {&golden_.value["strip"], &step["strip"]}) {
    for (const Value& strip : strips->elements()) how.strip_managed_fields |= strip == "managedFields";
  }
  how.normalise = step["normalise"];
  how.strip_descriptions = step["path"].AsString().starts_with("/openapi");
  return how;
}

MaybeMismatch CaseRun::JudgeHead(const Value& expected, const FoundAnswer& answer) {
  if (expected["status"].AsInt() != answer.http.status) {
    return Mismatch{"status", WriteJson(expected["status"]),
                    std::to_string(answer.http.status) + " " + answer.http.body.substr(0, 400)};
  }
  for (const Field& field : expected["headers"].fields()) {
    const std::vector<std::string_view> found = AllHeaders(answer.http.headers, field.key.view());
    const std::string at = "header " + std::string(field.key.view());
    if (found.empty()) return Mismatch{at, WriteJson(field.value), "(nothing)"};
    const Value wanted = field.value.is_array() ? field.value : Value::Array({field.value});
    ArrayBuilder given;
    for (const std::string_view text : found) given.Add(Value(text));
    if (MaybeMismatch no = MatchValue(wanted, given.Build(), symbols_, at, false); no.has_value()) return no;
  }
  for (const std::string_view usual : kUsual) {
    if (expected["headers"].Has(usual)) continue;
    const std::vector<std::string_view> found = AllHeaders(answer.http.headers, usual);
    if (!found.empty()) return Mismatch{"header " + std::string(usual), "(nothing)", std::string(found[0])};
  }
  return std::nullopt;
}

MaybeMismatch CaseRun::JudgePicked(const Value& step, const Value& found) {
  const Value wanted = StripColumns(step["response"]["body"]);
  static const Value kAbsent = ObjectBuilder(1).Add("absent", true).Build();
  Value picked = Value::EmptyObject();
  for (const Value& pointer : step["pick"].elements()) {
    picked = picked.Set(pointer.AsString(), Lookup(found, pointer.AsString()).value_or(kAbsent));
  }
  if (MaybeMismatch no = BindWhole(wanted, picked, symbols_, ""); no.has_value()) return no;
  for (const Value& pointer : step["pick"].elements()) {
    const std::string at(pointer.AsString());
    const bool soft = at == "/metadata/resourceVersion" && (found.Has("items") || found.Has("rows"));
    const Value* expected = wanted.Find(std::string_view(at));
    if (MaybeMismatch no =
            MatchValue(expected != nullptr ? *expected : kAbsent, picked[std::string_view(at)], symbols_, at, soft);
        no.has_value()) {
      return no;
    }
  }
  return std::nullopt;
}

MaybeMismatch CaseRun::JudgeBody(const Value& step, const FoundAnswer& answer) {
  const Value& expected = step["response"];
  const std::string& body = answer.http.body;
  if (const Value& text = expected["bodyText"]; text.is_string()) {
    return symbols_.MatchText(text.AsString(), Value(body), "", false);
  }
  if (const Value& binary = expected["bodyBase64"]; binary.is_string()) {
    if (EncodeBase64(body) == binary.AsString()) return std::nullopt;
    return Mismatch{"", std::string(binary.AsString()), EncodeBase64(body)};
  }
  if (!expected.Has("body")) {
    if (body.empty()) return std::nullopt;
    return Mismatch{"", "(nothing)", body.substr(0, 400)};
  }
  const Value wanted = StripColumns(expected["body"]);
  if (!answer.json.has_value()) {
    if (step.Has("pick")) return JudgePicked(step, Value());
    if (!wanted.is_string()) return Mismatch{"", WriteJson(wanted), body.substr(0, 400)};
    return symbols_.MatchText(wanted.AsString(), Value(body), "", false);
  }
  const Value found = Prepare(*answer.json, How(step), symbols_);
  if (step.Has("pick")) return JudgePicked(step, found);
  const Value& causes = found["details"]["causes"];
  const bool conflicts = !causes.empty() && std::ranges::all_of(causes.elements(), [](const Value& cause) {
    return cause["reason"] == "FieldManagerConflict";
  });
  std::string_view group = step["path"].AsString();
  group = group.starts_with("/apis/") ? group.substr(6, group.find('/', 6) - 6) : std::string_view();
  const bool built_in = group.find('.') == std::string_view::npos || group.ends_with(".k8s.io");
  return MatchBody(wanted, found, symbols_, !causes.empty() && (conflicts || !built_in));
}

MaybeMismatch CaseRun::CheckOrder() const {
  struct Last {
    std::string symbol;
    uint64_t version = 0;
    bool soft = false;
  };
  std::optional<Last> last;
  for (const Value& entry : golden_.value["rvOrder"].elements()) {
    const std::string symbol(entry.AsString());
    const std::string* value = symbols_.Find(symbol);
    if (value == nullptr) continue;
    const Last next{symbol, std::strtoull(value->c_str(), nullptr, 10), symbols_.IsSoft(symbol)};
    if (last.has_value() &&
        (next.version < last->version || (next.version == last->version && !next.soft && !last->soft))) {
      return Mismatch{"rvOrder", "{{" + last->symbol + "}} before {{" + symbol + "}}",
                      std::to_string(last->version) + ", " + *value};
    }
    last = next;
  }
  return std::nullopt;
}

}  // namespace wavetank::conformance
