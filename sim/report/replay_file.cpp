#include "sim/report/replay_file.h"

#include <initializer_list>
#include <optional>
#include <vector>

#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/value/yaml.h"
#include "sim/report/text.h"
#include "sim/scenario/format.h"

namespace wavetank::sim {
namespace {

// Reads fields of one document and keeps the first thing that is wrong.
class DocumentReader {
 public:
  explicit DocumentReader(const YamlDocument& document) : document_(document) {}
  const Status& status() const { return status_; }

  // `object` may hold these fields and no others.
  void Allow(const std::string& object, std::initializer_list<std::string_view> fields) {
    const Value& value = At(object);
    if (!value.is_object()) return Fail(object, "must be an object");
    for (const Field& field : value.fields()) {
      bool known = false;
      for (std::string_view name : fields) known = known || field.key.view() == name;
      if (known) continue;
      const std::string_view near = NearestName(field.key.view(), fields);
      Fail(object + "/" + std::string(field.key.view()) + "#",
           "unknown field " + Quote(field.key.view()) + (near.empty() ? "" : "; did you mean " + Quote(near) + "?"));
    }
  }
  std::string Text(const std::string& pointer) {
    const Value& value = At(pointer);
    if (!value.is_string()) Fail(pointer, Name(pointer) + " must be there and be a string");
    return std::string(value.AsString());
  }
  uint64_t Number(const std::string& pointer) {
    const Value& value = At(pointer);
    const bool fits = value.type() == Value::Type::kUint || (value.is_int() && value.AsInt() >= 0);
    if (!fits) Fail(pointer, Name(pointer) + " must be there and be a number of 0 or more");
    return fits ? value.AsUint() : 0;
  }
  uint64_t Hash(const std::string& pointer) {
    uint64_t hash = 0;
    const Value& value = At(pointer);
    if (!value.is_string() || !ParseHex(value.AsString(), hash)) {
      Fail(pointer, Name(pointer) + " must be there and have 16 hexadecimal digits, in quotes");
    }
    return hash;
  }
  ChoiceLog Choices(const std::string& pointer) {
    const std::string text = Text(pointer);
    if (!status_.ok()) return {};
    Result<ChoiceLog> choices = DecodeChoices(text);
    if (!choices.ok()) Fail(pointer, Name(pointer) + ": " + choices.status().message());
    return choices.ok() ? *std::move(choices) : ChoiceLog();
  }
  void Is(const std::string& pointer, const Value& wanted, std::string_view message) {
    if (At(pointer) != wanted) Fail(pointer, message);
  }

 private:
  const Value& At(std::string_view pointer) const {
    const Value* value = &document_.value;
    while (!pointer.empty()) {
      pointer.remove_prefix(1);
      const size_t end = std::min(pointer.find('/'), pointer.size());
      value = &(*value)[pointer.substr(0, end)];
      pointer.remove_prefix(end);
    }
    return *value;
  }
  // "/scenario/file" -> "scenario.file".
  static std::string Name(std::string_view pointer) {
    std::string name(pointer.substr(1));
    for (char& c : name) c = c == '/' ? '.' : c;
    return Quote(name);
  }
  void Fail(std::string_view pointer, std::string_view message) {
    if (!status_.ok()) return;
    const Position at = document_.PositionOf(pointer);
    status_ = Status(Code::kInvalidArgument,
                     std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + std::string(message));
  }

  const YamlDocument& document_;
  Status status_;
};

}  // namespace

std::string WriteReplayFile(const ReplayFile& file) {
  // One field after the other, in the order people read them.
  const std::pair<std::string_view, Value> fields[] = {
      {"apiVersion", kScenarioApiVersion},
      {"kind", kReplayKind},
      {"version", kReplayVersion},
      {"scenario", ObjectBuilder()
                       .Add("file", file.scenario_file)
                       .Add("name", file.scenario)
                       .Add("contentHash", Hex(file.content_hash))
                       .Build()},
      {"seed", file.seed},
      {"schedule", file.schedule},
      {"failure", ObjectBuilder().Add("class", file.failure_class).Add("reason", file.reason).Build()},
      {"steps", file.steps},
      {"runHash", Hex(file.run_hash)},
      {"choices", EncodeChoices(file.choices)},
  };
  std::string out = "# One recorded run: `wavetank replay THIS_FILE` repeats it.\n";
  for (const auto& [name, value] : fields) {
    // JSON is YAML, and leaves no doubt about what is a string.
    out += std::string(name) + ": " + WriteJson(value) + "\n";
  }
  return out;
}

Result<ReplayFile> ReadReplayFile(std::string_view text) {
  WT_ASSIGN(const std::vector<YamlDocument> documents, ParseYaml(text));
  if (documents.size() != 1) {
    return Status(Code::kInvalidArgument,
                  "1:1: a replay file holds one document, this one " + std::to_string(documents.size()));
  }
  DocumentReader reader(documents[0]);
  reader.Is("/kind", kReplayKind, "this is no replay file: kind must be \"Replay\"");
  reader.Is("/apiVersion", kScenarioApiVersion,
            "apiVersion must be " + Quote(kScenarioApiVersion) + "; another version of Wavetank wrote this");
  reader.Is("/version", kReplayVersion,
            "version must be " + std::to_string(kReplayVersion) + "; another version of Wavetank wrote this");
  reader.Allow(
      "", {"apiVersion", "kind", "version", "scenario", "seed", "schedule", "failure", "steps", "runHash", "choices"});
  reader.Allow("/scenario", {"file", "name", "contentHash"});
  reader.Allow("/failure", {"class", "reason"});
  ReplayFile file;
  file.scenario_file = reader.Text("/scenario/file");
  file.scenario = reader.Text("/scenario/name");
  file.content_hash = reader.Hash("/scenario/contentHash");
  file.seed = reader.Number("/seed");
  file.schedule = reader.Number("/schedule");
  file.failure_class = reader.Text("/failure/class");
  file.reason = reader.Text("/failure/reason");
  file.steps = reader.Number("/steps");
  file.run_hash = reader.Hash("/runHash");
  file.choices = reader.Choices("/choices");
  if (!reader.status().ok()) return reader.status();
  return file;
}

}  // namespace wavetank::sim
