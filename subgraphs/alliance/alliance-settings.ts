import type { SettingsOf } from '../kit/base/config/settings.js';

/** The settings of the one process. */
export type AllianceSettings = SettingsOf<'alliance'>;
