// What reaches through to a node or a pod: log, exec, attach, portforward, proxy (API-689).
//
// The checks before the connection are the real server's. Behind them there is no kubelet and no network to pods, so that
// a connection that would be made is an error which says so.
#include <optional>
#include <string>
#include <vector>

#include "runtime/api/wire_text.h"
#include "sim/apiserver/subresources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kContainer("container");
const Name kEphemeralContainers("ephemeralContainers");
const Name kPodIp("podIP");

bool HasContainer(const Value& containers, std::string_view name) {
  for (const Value& container : containers.elements()) {
    if (container[names::kName] == name) return true;
  }
  return false;
}

// All of them, in the order of their starts.
std::string NamesOf(const Value& spec) {
  std::string out = "[";
  for (const Name list : {words::kInitContainers, words::kContainers, kEphemeralContainers}) {
    for (const Value& container : spec[list].elements()) {
      out.append(out.size() > 1 ? " " : "").append(container[names::kName].AsString());
    }
  }
  return out + "]";
}

// The container that the options name, or the only one.
Status CheckContainer(const Object& pod, std::string_view wanted) {
  const Value& spec = pod.spec();
  const std::string name = pod.name().str();
  if (wanted.empty()) {
    const Value& containers = spec[words::kContainers];
    if (containers.size() == 1) return {};
    std::string message = "a container name must be specified for pod " + name;
    if (containers.empty()) return BadRequestError(message);
    return BadRequestError(message + ", choose one of: " + NamesOf(spec));
  }
  for (const Name list : {words::kContainers, words::kInitContainers, kEphemeralContainers}) {
    if (HasContainer(spec[list], wanted)) return {};
  }
  return BadRequestError("container " + std::string(wanted) + " is not valid for pod " + name);
}

// A node is called at one of its addresses.
Status CheckAddresses(const Object& node) {
  if (!node.status()["addresses"].empty()) return {};
  return RawError("no preferred addresses found; known addresses: []");
}

// The node behind a pod; the real server names the pods resource when it is missing.
Status CheckNode(const Exchange& exchange, std::string_view node) {
  const ResourceInfo* nodes = exchange.state.kinds.Find(Gvr("", "v1", "nodes"));
  const Object* found =
      nodes == nullptr ? nullptr : exchange.state.store.Find(*nodes, ObjectKey(String(), String(node)));
  return found == nullptr ? NotFoundError(exchange.resource().gvr, node) : CheckAddresses(*found);
}

Status NobodyListens(std::string_view where) {
  return InternalError("error dialing backend: nobody listens on " + std::string(where) + " in a simulated cluster");
}

// Also where the verb itself knows no dry run: a GET that upgrades its connection.
bool IsDryRun(const Exchange& exchange) {
  return exchange.request.dry_run || !exchange.request.options[words::kDryRun].empty();
}

Status DryRun() { return BadRequestError("dryRun is not supported"); }

// The first text of an option in the query.
std::string_view Option(const Exchange& exchange, Name name) {
  const Value& option = exchange.request.options[name];
  return option.is_array() ? option[0].AsString() : option.AsString();
}

// Where a connection ends: in a container, which the options may name, or in the Pod as a whole.
enum class End : uint8_t { kContainer, kPod };

Outcome Connect(Exchange& exchange, End end) {
  if (IsDryRun(exchange)) return Fail(DryRun());
  const Object* pod = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (pod == nullptr) return Fail(NotFoundError(exchange.resource().gvr, exchange.request.name.view()));
  if (end == End::kContainer) {
    if (Status bad = CheckContainer(*pod, Option(exchange, kContainer)); !bad.ok()) return Fail(bad);
  }
  const std::string_view node = pod->spec()[names::kNodeName].AsString();
  if (node.empty()) return Fail(BadRequestError("pod " + pod->name().str() + " does not have a host assigned"));
  if (Status bad = CheckNode(exchange, node); !bad.ok()) return Fail(bad);
  return Fail(NobodyListens(node));
}

// ---- Options of a log (API-689).

const Name kSinceSeconds("sinceSeconds");
const Name kSinceTime("sinceTime");
const Name kStream("stream");

// Numbers in the order in which they are read, and what each has to be.
struct NumberRow {
  Name option;
  int64_t least;
  std::string_view complaint;
};
const NumberRow kNumbers[] = {{kSinceSeconds, 1, "must be greater than 0"},
                              {Name("tailLines"), 0, "must be greater than or equal to 0"},
                              {Name("limitBytes"), 1, "must be greater than 0"}};

// The causes stand in another order than the options are read.
constexpr size_t kJudged[] = {1, 2, 0};

Status CheckLogOptions(const Exchange& exchange) {
  const Value& options = exchange.request.options;
  std::optional<int64_t> numbers[std::size(kNumbers)];
  for (size_t i = 0; i < std::size(kNumbers); ++i) {
    if (!options.Has(kNumbers[i].option)) continue;
    WT_ASSIGN(numbers[i], ParseGoInt(Option(exchange, kNumbers[i].option)));
  }
  std::vector<FieldError> errors;
  for (const size_t i : kJudged) {
    const NumberRow& row = kNumbers[i];
    if (row.option == kSinceSeconds && numbers[i].has_value() && options.Has(kSinceTime)) {
      errors.push_back(field::Forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
    } else if (numbers[i].has_value() && *numbers[i] < row.least) {
      errors.push_back(field::Invalid(row.option.view(), Value(*numbers[i]), row.complaint));
    }
  }
  if (options.Has(kStream)) errors.push_back(field::Forbidden("stream", "may not be specified"));
  if (errors.empty()) return {};
  return InvalidError(ErrorSubject("", "PodLogOptions", exchange.request.name.view()), errors);
}

}  // namespace

Outcome ReadLog(Exchange& exchange) {
  if (Status bad = CheckLogOptions(exchange); !bad.ok()) return Fail(bad);
  const Object* pod = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (pod == nullptr) return Fail(NotFoundError(exchange.resource().gvr, exchange.request.name.view()));
  if (Status bad = CheckContainer(*pod, Option(exchange, kContainer)); !bad.ok()) return Fail(bad);
  const std::string_view node = pod->spec()[names::kNodeName].AsString();
  if (node.empty()) return ReplyDocument(exchange, 204, Value());
  if (Status bad = CheckNode(exchange, node); !bad.ok()) return Fail(bad);
  return Fail(NobodyListens(node));
}

Outcome ReachContainer(Exchange& exchange) { return Connect(exchange, End::kContainer); }

Outcome ForwardPorts(Exchange& exchange) { return Connect(exchange, End::kPod); }

Outcome ReachThrough(Exchange& exchange) {
  // "scheme:name:port" names the object in the middle.
  std::string_view name = exchange.request.name.view();
  if (const size_t colon = name.find(':'); colon != name.npos) {
    const std::string_view rest = name.substr(colon + 1);
    const bool scheme = rest.find(':') != rest.npos;
    name = scheme ? rest.substr(0, rest.find(':')) : name.substr(0, colon);
  }
  const Object* object = exchange.state.store.Find(exchange.resource(), ObjectKey(exchange.request.ns, String(name)));
  if (object == nullptr) return Fail(NotFoundError(exchange.resource().gvr, name));
  const std::string_view kind = exchange.resource().gvk.kind.view();
  if (kind == "Service") {
    return Fail(UnavailableError("no endpoints available for service \"" + std::string(name) + "\""));
  }
  if (kind == "Pod" && object->status()[kPodIp].empty()) return Fail(BadRequestError("address not allowed"));
  if (Status bad = kind == "Node" ? CheckAddresses(*object) : Status(); !bad.ok()) return Fail(bad);
  return Fail(NobodyListens(name));
}

}  // namespace wavetank::sim
