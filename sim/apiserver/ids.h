// IdSource: the randomness of a server, chosen from outside. The server itself has none.
//
// Streams are keyed by the creator of an object, so that one more actor moves nobody else's uids and names.
#pragma once

#include "runtime/base/random.h"
#include "runtime/value/string.h"

namespace wavetank::sim {

class IdSource {
 public:
  virtual ~IdSource() = default;
  // RFC 4122 version 4, lower case (API-070).
  virtual String Uid() = 0;
  // Five characters of the safe alphabet, for generateName (API-079).
  virtual String Suffix() = 0;
};

// Draws from one stream. For tests, and for a network that keeps one stream an actor.
class RandomIds : public IdSource {
 public:
  explicit RandomIds(Random random) : random_(random) {}
  String Uid() override { return random_.Uuid(); }
  String Suffix() override { return random_.Suffix(5); }

 private:
  Random random_;
};

}  // namespace wavetank::sim
