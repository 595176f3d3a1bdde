/** The shortcodes that turn into a character; any other stays as it was typed. */

const CHARACTERS = new Map(Object.entries({
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", wave: "👋", clap: "👏", pray: "🙏", eyes: "👀", raised_hands: "🙌",
  smile: "😄", slightly_smiling_face: "🙂", thinking_face: "🤔", tada: "🎉", heart: "❤️", fire: "🔥", star: "⭐", bulb: "💡",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫",
  warning: "⚠️", rotating_light: "🚨", question: "❓", exclamation: "❗", information_source: "ℹ️", lock: "🔒", unlock: "🔓",
  key: "🔑", closed_lock_with_key: "🔐", shield: "🛡️", mag: "🔍", bell: "🔔", no_bell: "🔕", email: "✉️", envelope: "✉️",
  inbox_tray: "📥", outbox_tray: "📤", phone: "☎️", telephone_receiver: "📞", calendar: "📆", date: "📅", clock3: "🕒",
  alarm_clock: "⏰", hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", memo: "📝", clipboard: "📋", scroll: "📜",
  page_facing_up: "📄", pushpin: "📌", link: "🔗", paperclip: "📎", package: "📦", gear: "⚙️", hammer_and_wrench: "🛠️",
  bar_chart: "📊", chart_with_upwards_trend: "📈", file_folder: "📁", card_index: "📇", credit_card: "💳", office: "🏢",
  busts_in_silhouette: "👥", bust_in_silhouette: "👤", robot_face: "🤖", house: "🏠", arrow_right: "➡️", arrow_left: "⬅️",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", large_blue_circle: "🔵", white_circle: "⚪",
}));

/** @param {string} name @returns {string | null} */
export function emojiCharacter(name) {
  return CHARACTERS.get(name) ?? null;
}
