// Is this text a cron schedule, a time zone? Only the complaint is wanted; nobody runs anything by it here.
//
//   CheckCronSchedule("60 * * * *")  -> "end of range (60) above maximum (59): 60"
#pragma once

#include <string>
#include <string_view>

namespace wavetank::sim {

// Five fields, or "@daily" and its like, or "@every 1h30m". Empty when it is fine.
std::string CheckCronSchedule(std::string_view schedule);
// By the names of the time zone database's areas; the cities in them are taken on trust.
bool KnownTimeZone(std::string_view name);

}  // namespace wavetank::sim
