BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at_utc DATETIME NOT NULL, 
	who TEXT NOT NULL, 
	action TEXT NOT NULL, 
	thing TEXT, 
	thing_id INTEGER
);
INSERT INTO "audit" VALUES(1,'2026-11-24 23:46:44.179307','root','add','person',1);
INSERT INTO "audit" VALUES(2,'2026-11-24 23:46:44.192859','root','add','recording',1);
INSERT INTO "audit" VALUES(3,'2026-11-24 23:46:44.257435','root','measure','recording',1);
INSERT INTO "audit" VALUES(4,'2026-11-24 23:46:44.318781','root','correct','recording',1);
INSERT INTO "audit" VALUES(5,'2026-11-24 23:46:44.328296','root','change','diary',NULL);
INSERT INTO "audit" VALUES(6,'2026-11-24 23:46:44.342858','root','add','diary entry',1);
INSERT INTO "audit" VALUES(7,'2026-11-24 23:46:44.346590','root','add','treatment',1);
INSERT INTO "audit" VALUES(8,'2026-11-24 23:46:44.351603','root','add','questionnaire',1);
INSERT INTO "audit" VALUES(9,'2026-11-24 23:46:44.357169','root','add','trial',1);
INSERT INTO "audit" VALUES(10,'2026-11-24 23:46:44.381853','root','add','recording',2);
INSERT INTO "audit" VALUES(11,'2026-11-24 23:46:44.388113','root','measure','recording',2);
INSERT INTO "audit" VALUES(12,'2026-11-24 23:46:44.396146','root','correct','recording',2);
CREATE TABLE corrections (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	recording_id INTEGER NOT NULL, 
	event_id INTEGER, 
	action TEXT NOT NULL, 
	kind TEXT, 
	side TEXT, 
	onset_s DOUBLE, 
	offset_s DOUBLE, 
	note TEXT NOT NULL, 
	who TEXT NOT NULL, 
	made_utc DATETIME NOT NULL, 
	CONSTRAINT ck_corrections_action CHECK (action IN ('confirm', 'reject', 'change', 'add')), 
	CONSTRAINT ck_corrections_kind CHECK (kind IN ('episode', 'twitch', 'tonic', 'blink')), 
	CONSTRAINT ck_corrections_side CHECK (side IN ('left', 'right', 'both')), 
	CONSTRAINT fk_corrections_event_id FOREIGN KEY(event_id) REFERENCES events (id) ON DELETE CASCADE, 
	CONSTRAINT fk_corrections_recording_id FOREIGN KEY(recording_id) REFERENCES recordings (id) ON DELETE CASCADE
);
INSERT INTO "corrections" VALUES(1,1,1,'reject',NULL,NULL,NULL,NULL,'a wink','root','2026-11-24 23:46:44.309160');
INSERT INTO "corrections" VALUES(2,2,10,'confirm',NULL,NULL,NULL,NULL,'','root','2026-11-24 23:46:44.395833');
CREATE TABLE diary_entries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id INTEGER NOT NULL, 
	at_utc DATETIME NOT NULL, 
	zone TEXT NOT NULL, 
	day DATE NOT NULL, 
	spasms DOUBLE, 
	bother DOUBLE, 
	sleep_h DOUBLE, 
	mood DOUBLE, 
	note TEXT NOT NULL, 
	added_utc DATETIME NOT NULL, 
	CONSTRAINT ck_diary_entries_bother CHECK (bother BETWEEN 0 AND 10), 
	CONSTRAINT ck_diary_entries_mood CHECK (mood BETWEEN 0 AND 10), 
	CONSTRAINT ck_diary_entries_sleep_h CHECK (sleep_h BETWEEN 0 AND 24), 
	CONSTRAINT ck_diary_entries_spasms CHECK (spasms BETWEEN 0 AND 10), 
	CONSTRAINT fk_diary_entries_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "diary_entries" VALUES(1,1,'2026-10-25 22:30:00.000000','Europe/Berlin','2026-10-25',4.0,2.5,7.5,6.0,'windy','2026-11-24 23:46:44.341500');
CREATE TABLE diary_triggers (
	entry_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	strength DOUBLE NOT NULL, 
	CONSTRAINT pk_diary_triggers PRIMARY KEY (entry_id, name), 
	CONSTRAINT ck_diary_triggers_strength CHECK (strength BETWEEN 0 AND 10), 
	CONSTRAINT fk_diary_triggers_entry_id FOREIGN KEY(entry_id) REFERENCES diary_entries (id) ON DELETE CASCADE
);
INSERT INTO "diary_triggers" VALUES(1,'stress',3.0);
CREATE TABLE event_regions (
	event_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	region TEXT NOT NULL, 
	took_part BOOLEAN NOT NULL, 
	excess DOUBLE, 
	onset_s DOUBLE, 
	CONSTRAINT pk_event_regions PRIMARY KEY (event_id, number), 
	CONSTRAINT fk_event_regions_event_id FOREIGN KEY(event_id) REFERENCES events (id) ON DELETE CASCADE
);
INSERT INTO "event_regions" VALUES(1,0,'eye',1,8.6532458742815476782e-01,2.0);
INSERT INTO "event_regions" VALUES(1,1,'mouth',1,6.92259669942523814256e+00,2.02);
INSERT INTO "event_regions" VALUES(2,0,'eye',1,8.6532458742815476782e-01,2.0);
INSERT INTO "event_regions" VALUES(2,1,'mouth',1,6.92259669942523814256e+00,2.02);
INSERT INTO "event_regions" VALUES(4,0,'eye',1,4.18282016407339807262e-01,6.71623941907945098961e+00);
INSERT INTO "event_regions" VALUES(5,0,'eye',1,4.18282016407339807262e-01,6.71623941907945098961e+00);
INSERT INTO "event_regions" VALUES(7,0,'eye',1,4.86439395458412859873e-01,1.18512290925383148023e+01);
INSERT INTO "event_regions" VALUES(8,0,'eye',1,4.86439395458412859873e-01,1.18512290925383148023e+01);
INSERT INTO "event_regions" VALUES(10,0,'eye',1,80.0,2.0);
INSERT INTO "event_regions" VALUES(10,1,'mouth',1,80.0,2.02);
INSERT INTO "event_regions" VALUES(11,0,'eye',1,80.0,2.0);
INSERT INTO "event_regions" VALUES(11,1,'mouth',1,80.0,2.02);
INSERT INTO "event_regions" VALUES(13,0,'eye',1,80.0,6.71623941907945098961e+00);
INSERT INTO "event_regions" VALUES(14,0,'eye',1,80.0,6.71623941907945098961e+00);
INSERT INTO "event_regions" VALUES(16,0,'eye',1,80.0,1.18512290925383148023e+01);
INSERT INTO "event_regions" VALUES(17,0,'eye',1,80.0,1.18512290925383148023e+01);
CREATE TABLE events (
	id INTEGER NOT NULL, 
	measurement_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	side TEXT NOT NULL, 
	onset_s DOUBLE NOT NULL, 
	offset_s DOUBLE NOT NULL, 
	peak_s DOUBLE NOT NULL, 
	intensity DOUBLE, 
	probability DOUBLE NOT NULL, 
	reason TEXT NOT NULL, 
	context TEXT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT ck_events_context CHECK (context IN ('rest', 'activated')), 
	CONSTRAINT ck_events_kind CHECK (kind IN ('episode', 'twitch', 'tonic', 'blink')), 
	CONSTRAINT ck_events_side CHECK (side IN ('left', 'right', 'both')), 
	CONSTRAINT fk_events_measurement_id FOREIGN KEY(measurement_id) REFERENCES measurements (id) ON DELETE CASCADE, 
	CONSTRAINT uq_events_measurement_number UNIQUE (measurement_id, number)
);
INSERT INTO "events" VALUES(1,1,0,'twitch','left',2.0,2.3,2.15,8.6532458742815476782e-01,0.93,'the left side contracts while the other stays still','rest');
INSERT INTO "events" VALUES(2,1,1,'episode','left',2.0,2.3,2.15,8.6532458742815476782e-01,0.95,'1 twitch','rest');
INSERT INTO "events" VALUES(3,1,2,'blink','both',5.0,5.2,5.1,0.9,0.99,'both lids close together','rest');
INSERT INTO "events" VALUES(4,1,3,'twitch','left',6.71623941907945098961e+00,7.01623941907945081197e+00,6.86623941907945134488e+00,4.18282016407339807262e-01,0.93,'the left side contracts while the other stays still','rest');
INSERT INTO "events" VALUES(5,1,4,'episode','left',6.71623941907945098961e+00,7.01623941907945081197e+00,6.86623941907945134488e+00,4.18282016407339807262e-01,0.95,'1 twitch','rest');
INSERT INTO "events" VALUES(6,1,5,'blink','both',9.71623941907945,9.91623941907945116724e+00,9.81623941907945152252e+00,0.9,0.99,'both lids close together','rest');
INSERT INTO "events" VALUES(7,1,6,'twitch','left',1.18512290925383148023e+01,1.21512290925383155122e+01,1.20012290925383151578e+01,4.86439395458412859873e-01,0.93,'the left side contracts while the other stays still','rest');
INSERT INTO "events" VALUES(8,1,7,'episode','left',1.18512290925383148023e+01,1.21512290925383155122e+01,1.20012290925383151578e+01,4.86439395458412859873e-01,0.95,'1 twitch','rest');
INSERT INTO "events" VALUES(9,1,8,'blink','both',1.48512290925383148021e+01,1.50512290925383140915e+01,1.49512290925383144473e+01,0.9,0.99,'both lids close together','rest');
INSERT INTO "events" VALUES(10,2,0,'twitch','left',2.0,2.3,2.15,NULL,0.93,'the left side contracts while the other stays still','rest');
INSERT INTO "events" VALUES(11,2,1,'episode','left',2.0,2.3,2.15,NULL,0.95,'1 twitch','rest');
INSERT INTO "events" VALUES(12,2,2,'blink','both',5.0,5.2,5.1,NULL,0.99,'both lids close together','rest');
INSERT INTO "events" VALUES(13,2,3,'twitch','left',6.71623941907945098961e+00,7.01623941907945081197e+00,6.86623941907945134488e+00,NULL,0.93,'the left side contracts while the other stays still','rest');
INSERT INTO "events" VALUES(14,2,4,'episode','left',6.71623941907945098961e+00,7.01623941907945081197e+00,6.86623941907945134488e+00,NULL,0.95,'1 twitch','rest');
INSERT INTO "events" VALUES(15,2,5,'blink','both',9.71623941907945,9.91623941907945116724e+00,9.81623941907945152252e+00,NULL,0.99,'both lids close together','rest');
INSERT INTO "events" VALUES(16,2,6,'twitch','left',1.18512290925383148023e+01,1.21512290925383155122e+01,1.20012290925383151578e+01,NULL,0.93,'the left side contracts while the other stays still','rest');
INSERT INTO "events" VALUES(17,2,7,'episode','left',1.18512290925383148023e+01,1.21512290925383155122e+01,1.20012290925383151578e+01,NULL,0.95,'1 twitch','rest');
INSERT INTO "events" VALUES(18,2,8,'blink','both',1.48512290925383148021e+01,1.50512290925383140915e+01,1.49512290925383144473e+01,NULL,0.99,'both lids close together','rest');
CREATE TABLE "intents" (
	token TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	started_utc DATETIME NOT NULL, 
	detail JSON NOT NULL, 
	CONSTRAINT pk_intents PRIMARY KEY (token), 
	CONSTRAINT ck_intents_kind CHECK (kind IN ('add', 'measure', 'erase', 'encrypt', 'import'))
);
CREATE TABLE "measurements" (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	recording_id INTEGER NOT NULL, 
	measured_utc DATETIME NOT NULL, 
	version TEXT NOT NULL, 
	settings_digest TEXT NOT NULL, 
	model_sha256 TEXT, 
	model_packaged BOOLEAN, 
	mirrored BOOLEAN NOT NULL, 
	side TEXT NOT NULL, 
	side_probability DOUBLE NOT NULL, 
	side_evidence TEXT NOT NULL, 
	signals_sha256 TEXT NOT NULL, 
	signals_bytes BIGINT NOT NULL, 
	recording JSON NOT NULL, 
	quality JSON NOT NULL, 
	emg JSON, 
	read_with TEXT NOT NULL, 
	CONSTRAINT ck_measurements_side CHECK (side IN ('left', 'right', 'both', 'none', 'undetermined')), 
	CONSTRAINT fk_measurements_recording_id FOREIGN KEY(recording_id) REFERENCES recordings (id) ON DELETE CASCADE, 
	CONSTRAINT fk_measurements_settings_digest FOREIGN KEY(settings_digest) REFERENCES settings (digest), 
	CONSTRAINT uq_measurements_what_made_it UNIQUE (recording_id, version, settings_digest, read_with, mirrored), 
	CONSTRAINT ck_measurements_model CHECK ((model_sha256 IS NULL) = (model_packaged IS NULL) AND (model_sha256 IS NULL) <> (emg IS NULL))
);
INSERT INTO "measurements" VALUES(1,1,'2026-11-24 23:46:44.245920','0.1.0','c7755e40f3fd','cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd',1,0,'left',0.97,'made up','9bdd8c57a2d379406bb6fc5d517b8ec38aaa3812fa3440b2dd3ff063fd77d0fc',124693,'{"name": "monday.mp4", "sha256": "a0fa257646d32eb08b732f9d2379e410d4a6cc4fe25dee586f2343281882ecac", "duration_s": 20.0, "n_frames": 600, "width_px": 1280, "height_px": 720, "frames_per_s": 30.0, "rotation_deg": 0, "mirrored": false, "codec": "h264", "simulated": true, "notes": [], "modality": "video"}','{"seconds_recorded": 20.0, "seconds_observed": {"left": 17.5, "right": 17.5, "both": 17.5}, "exclusions": [{"onset_s": 20.0, "offset_s": 21.0, "reason": "no face", "side": null}, {"onset_s": 21.0, "offset_s": 22.5, "reason": "a hand over the mouth", "side": "left"}], "frames_per_s": 30.0, "interocular_px": 120.4, "notes": ["The light changed at 0:31."]}',NULL,'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd');
INSERT INTO "measurements" VALUES(2,2,'2026-11-24 23:46:44.385004','0.1.0','c7755e40f3fd',NULL,NULL,0,'left',0.97,'made up','d637722963cf6dc804347a86183a6c3e20e80fe37d5c8bb98b735024f157febc',15397,'{"name": "monday.edf", "sha256": "2133bcae28b5f42989cbf1c8d4a9a7c526ce7e2ce03643457aaf6d3cdcb600bf", "duration_s": 20.0, "n_frames": 600, "width_px": 0, "height_px": 0, "frames_per_s": 30.0, "rotation_deg": 0, "mirrored": false, "codec": "EDF", "simulated": true, "notes": [], "modality": "emg"}','{"seconds_recorded": 20.0, "seconds_observed": {"left": 17.5, "right": 17.5, "both": 17.5}, "exclusions": [{"onset_s": 20.0, "offset_s": 21.0, "reason": "no face", "side": null}, {"onset_s": 21.0, "offset_s": 22.5, "reason": "a hand over the mouth", "side": "left"}], "frames_per_s": 30.0, "interocular_px": null, "notes": ["The light changed at 0:31."]}','{"channels": {"EMG3": "left orbicularis_oculi"}, "rate_per_s": null, "unit": "mV"}','6e25fd058ebee5a92445ab1363f2a87ef813d5601546b75e9ab2309c495506cd');
CREATE TABLE measures (
	id INTEGER NOT NULL, 
	measurement_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	label TEXT NOT NULL, 
	side TEXT, 
	value DOUBLE, 
	low DOUBLE, 
	high DOUBLE, 
	unit TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	seconds_observed DOUBLE NOT NULL, 
	how TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_measures PRIMARY KEY (id), 
	CONSTRAINT ck_measures_side CHECK (side IN ('left', 'right', 'both')), 
	CONSTRAINT fk_measures_measurement_id FOREIGN KEY(measurement_id) REFERENCES measurements (id) ON DELETE CASCADE, 
	CONSTRAINT uq_measures_measurement_number UNIQUE (measurement_id, number)
);
INSERT INTO "measures" VALUES(1,1,0,'episode_rate','Spasm episodes','left',1.02857142857142864751e+01,6.17142857142857170771e+00,1.54285714285714306015e+01,'1/min',3,17.5,'exact Poisson interval','');
INSERT INTO "measures" VALUES(2,1,1,'episode_rate_rest','Spasm episodes at rest','left',8.22857142857143,5.14285714285714323779e+00,1.02857142857142864751e+01,'1/min',3,17.5,'exact Poisson interval','');
INSERT INTO "measures" VALUES(3,1,2,'spasm_share','Share of the time in spasm','left',7.25,4.1,11.0,'%',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(4,1,3,'tonic_time_share','Share of the time in held spasms','left',2.0,0.4,5.1,'%',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(5,1,4,'twitch_rate','Twitches','left',9.1,5.0,15.0,'1/min',3,17.5,'exact Poisson interval','');
INSERT INTO "measures" VALUES(6,1,5,'intensity_mean','Strength of the spasms, mean','left',52.0,40.0,63.0,'% of full contraction',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(7,1,6,'mouth_intensity_mean','Mean strength, mouth corner','left',5.1,3.0,6.3,'% of inter-ocular distance',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(8,1,7,'spread_share','Episodes that spread beyond the eye','left',48.0,20.0,70.0,'%',3,17.5,'Wilson interval','');
INSERT INTO "measures" VALUES(9,1,8,'resting_asymmetry','Resting asymmetry of the eyes','left',0.031,0.02,0.04,'1',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(10,1,9,'other_babinski_share','Episodes with the other Babinski sign','left',0.0,0.0,22.0,'%',3,17.5,'Wilson interval','');
INSERT INTO "measures" VALUES(11,1,10,'blink_rate','Blinks',NULL,11.0,6.0,18.0,'1/min',3,17.5,'exact Poisson interval','');
INSERT INTO "measures" VALUES(12,1,11,'eye_mouth_delay','Delay from eye to mouth','left',NULL,NULL,NULL,'ms',3,17.5,'','fewer than 5 episodes moved both');
INSERT INTO "measures" VALUES(13,1,12,'smc_grade_proxy','SMC grade, proxy','left',2.0,NULL,NULL,'grade',3,17.5,'','');
INSERT INTO "measures" VALUES(14,2,0,'episode_rate','Spasm episodes','left',1.02857142857142864751e+01,6.17142857142857170771e+00,1.54285714285714306015e+01,'1/min',3,17.5,'exact Poisson interval','');
INSERT INTO "measures" VALUES(15,2,1,'episode_rate_rest','Spasm episodes at rest','left',8.22857142857143,5.14285714285714323779e+00,1.02857142857142864751e+01,'1/min',3,17.5,'exact Poisson interval','');
INSERT INTO "measures" VALUES(16,2,2,'spasm_share','Share of the time in spasm','left',7.25,4.1,11.0,'%',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(17,2,3,'tonic_time_share','Share of the time in held spasms','left',2.0,0.4,5.1,'%',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(18,2,4,'twitch_rate','Twitches','left',9.1,5.0,15.0,'1/min',3,17.5,'exact Poisson interval','');
INSERT INTO "measures" VALUES(19,2,5,'intensity_mean','Strength of the spasms, mean','left',52.0,40.0,63.0,'% of full contraction',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(20,2,6,'mouth_intensity_mean','Mean strength, mouth corner','left',5.1,3.0,6.3,'% of inter-ocular distance',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(21,2,7,'spread_share','Episodes that spread beyond the eye','left',48.0,20.0,70.0,'%',3,17.5,'Wilson interval','');
INSERT INTO "measures" VALUES(22,2,8,'resting_asymmetry','Resting asymmetry of the eyes','left',0.031,0.02,0.04,'1',3,17.5,'bootstrap over episodes','');
INSERT INTO "measures" VALUES(23,2,9,'other_babinski_share','Episodes with the other Babinski sign','left',0.0,0.0,22.0,'%',3,17.5,'Wilson interval','');
INSERT INTO "measures" VALUES(24,2,10,'blink_rate','Blinks',NULL,11.0,6.0,18.0,'1/min',3,17.5,'exact Poisson interval','');
INSERT INTO "measures" VALUES(25,2,11,'eye_mouth_delay','Delay from eye to mouth','left',NULL,NULL,NULL,'ms',3,17.5,'','fewer than 5 episodes moved both');
INSERT INTO "measures" VALUES(26,2,12,'smc_grade_proxy','SMC grade, proxy','left',2.0,NULL,NULL,'grade',3,17.5,'','');
CREATE TABLE people (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name TEXT NOT NULL, 
	added_utc DATETIME NOT NULL, 
	CONSTRAINT uq_people_name UNIQUE (name)
);
INSERT INTO "people" VALUES(1,'','2026-11-24 23:46:44.178600');
CREATE TABLE preferences (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_preferences PRIMARY KEY (name)
);
INSERT INTO "preferences" VALUES('diary_day_ends_h','5');
CREATE TABLE questionnaire_items (
	questionnaire_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	score INTEGER NOT NULL, 
	CONSTRAINT pk_questionnaire_items PRIMARY KEY (questionnaire_id, number), 
	CONSTRAINT fk_questionnaire_items_questionnaire_id FOREIGN KEY(questionnaire_id) REFERENCES questionnaires (id) ON DELETE CASCADE
);
INSERT INTO "questionnaire_items" VALUES(1,1,1);
INSERT INTO "questionnaire_items" VALUES(1,2,2);
INSERT INTO "questionnaire_items" VALUES(1,3,1);
INSERT INTO "questionnaire_items" VALUES(1,4,2);
INSERT INTO "questionnaire_items" VALUES(1,5,1);
INSERT INTO "questionnaire_items" VALUES(1,6,1);
INSERT INTO "questionnaire_items" VALUES(1,7,1);
CREATE TABLE questionnaires (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	at_utc DATETIME NOT NULL, 
	zone TEXT NOT NULL, 
	total INTEGER NOT NULL, 
	note TEXT NOT NULL, 
	added_utc DATETIME NOT NULL, 
	CONSTRAINT fk_questionnaires_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "questionnaires" VALUES(1,1,'hfs-7','2026-10-25 22:30:00.000000','Europe/Berlin',9,'','2026-11-24 23:46:44.350555');
CREATE TABLE recordings (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	suffix TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	recorded_utc DATETIME NOT NULL, 
	zone TEXT NOT NULL, 
	time_source TEXT NOT NULL, 
	device TEXT NOT NULL, 
	task TEXT NOT NULL, 
	mirrored BOOLEAN NOT NULL, 
	added_utc DATETIME NOT NULL, 
	file_deleted_utc DATETIME, emg JSON, 
	CONSTRAINT ck_recordings_kind CHECK (kind IN ('video', 'emg')), 
	CONSTRAINT fk_recordings_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT uq_recordings_person_sha256 UNIQUE (person_id, sha256)
);
INSERT INTO "recordings" VALUES(1,1,'video','a0fa257646d32eb08b732f9d2379e410d4a6cc4fe25dee586f2343281882ecac','.mp4',15,'monday.mp4','2026-10-25 00:30:00.000000','Europe/Berlin','given','phone','rest',0,'2026-11-24 23:46:44.191409',NULL,NULL);
INSERT INTO "recordings" VALUES(2,1,'emg','2133bcae28b5f42989cbf1c8d4a9a7c526ce7e2ce03643457aaf6d3cdcb600bf','.edf',512,'monday.edf','2026-10-24 16:05:30.000000','Europe/Berlin','emg','','',0,'2026-11-24 23:46:44.381300',NULL,'{"channels": {"EMG3": "left orbicularis_oculi"}, "rate_per_s": null, "unit": "mV"}');
CREATE TABLE settings (
	digest TEXT NOT NULL, 
	body JSON, 
	CONSTRAINT pk_settings PRIMARY KEY (digest)
);
INSERT INTO "settings" VALUES('c7755e40f3fd','{"quality": {"min_frames_per_s": 20, "max_yaw_deg": 25, "min_presence": 12, "clear_presence": 16, "cover_guard_s": 0.3, "min_interocular_px": 50, "min_brightness": 25, "min_contrast": 8, "min_sharpness": 0.4, "min_change": 0.05, "max_frozen_s": 0.5, "guard_s": 0.1, "min_run_s": 0.5, "min_observed_s": 5}, "calibration": {"open_quantile": 0.85, "blink_depth": 0.5, "shut_quantile": 0.1, "min_shut_s": 0.1, "nominal_shut": 0.05}, "excess": {"smooth_s": 0.066, "baseline_s": 20, "fast_baseline_s": 2, "brief_baseline_s": 0.7, "quiet_quantile": 0.3, "lag_s": 0.05, "eye_scatter": 0.05, "lower_scatter": 0.1, "lag_scatter": 0.33, "eye_turn": 0.0015, "lower_turn": 0.05, "eye_talk": 0.002, "lower_talk": 0.03, "talk_window_s": 0.3, "blink_pull": 0.5, "blink_window_s": 0.3, "eye_gaze": 0.004, "lower_gaze": 0.005, "scatter_prior_s": 3, "yaw_window_s": 0.5, "edge_s": 0.1, "pose_ridge": 0.02}, "events": {"enter_noise": 3.5, "cut_factor": 2, "leave_noise": 2, "floor_closure": 0.015, "eye_takes_part": 1, "eye_clear": 4, "region_least": 1.5, "region_cap": 6, "region_weight": 0.7, "region_share": 0.6, "most_say": 4, "least_say": 1, "edge_noise": 2, "edge_share": 0.35, "weak_edge": 0.6, "edge_search_s": 0.35, "flank_high": 0.6, "flank_low": 0.25, "end_share": 0.05, "valley_share": 0.3, "held_s": 2, "held_noise": 2, "held_quantile": 0.1, "rebound_s": 0.15, "rebound_share": 0.5, "guard_s": 0.15, "max_passes": 5, "brief_s": 0.45, "tonic_s": 1, "episode_gap_s": 0.5, "blind_noise": 3, "blind_s": 0.3, "region_noise": 3}, "blinks": {"baseline_s": 3, "depth": 0.2, "noise": 6, "edge_share": 0.25, "longest_s": 0.7}, "context": {"window_s": 0.5, "movement": 3, "after_s": 1}, "probability": {"even_noise": 5.5, "per_doubling": 4, "alone": 1.4, "per_region": 0.8, "brow_up": 1.5, "brow_down": 1.5, "wink_closes_s": 0.15, "brow_fall": 1.5, "company": 5}, "side": {"trust": 0.9, "called": 0.8, "absent": 0.65, "dominance": 0.8, "rare_per_min": 1, "min_event_probability": 0.5}, "muscle": {"min_rate_per_s": 500, "low_hz": 20, "high_hz": 450, "hum_factor": 6, "hum_follow_s": 0.5, "pop_lone": 2.5, "pop_noise": 10, "pop_guard_s": 0.06, "flat_s": 0.05, "leak_ratio": 3, "leak_reach_s": 0.0015, "leak_least_s": 0.2, "leak_explained": 0.4, "smooth_s": 0.008, "slow_smooth_s": 0.03, "envelope_per_s": 500}, "bursts": {"baseline_s": 20, "quiet_quantile": 0.25, "enter_noise": 5.5, "leave_noise": 2.5, "shortest_s": 0.012, "muscle_hz": 60, "muscle_share": 0.45, "instant_s": 0.005, "instant_share": 0.8, "join_s": 0.15, "change_evidence": 12, "edge_search_s": 0.08, "edge_share": 0.01, "together_s": 0.03, "tail_s": 0.1, "tail_share": 0.25, "dominance": 3, "partner_noise": 4, "partner_share": 0.25, "min_blinks": 3, "region_noise": 4, "region_share": 2, "activated_s": 0.2, "even_noise": 4.5}, "responses": {"artefact_s": 0.002, "direct_s": 0.0065, "earliest_s": 0.005, "latest_s": 0.02, "noise": 5, "masked_s": 0.1, "together_s": 0.015}, "measures": {"min_observed_s": 5, "min_events": 3, "rest_margin_s": 0.5, "block_s": 10, "n_resamples": 1000, "seed": 1, "together_s": 0.03333333333333333, "brow_rise": 1, "smc_spread_percent": 10, "smc_tonic_percent": 10, "smc_lid_mm": 2, "smc_mouth_mm": 3}}');
CREATE TABLE treatment_sites (
	treatment_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	site TEXT NOT NULL, 
	side TEXT NOT NULL, 
	units DOUBLE, 
	CONSTRAINT pk_treatment_sites PRIMARY KEY (treatment_id, number), 
	CONSTRAINT ck_treatment_sites_side CHECK (side IN ('left', 'right')), 
	CONSTRAINT fk_treatment_sites_treatment_id FOREIGN KEY(treatment_id) REFERENCES treatments (id) ON DELETE CASCADE
);
INSERT INTO "treatment_sites" VALUES(1,0,'orbicularis oculi','left',5.0);
CREATE TABLE treatments (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	at_utc DATETIME NOT NULL, 
	zone TEXT NOT NULL, 
	name TEXT NOT NULL, 
	units DOUBLE, 
	dilution_ml_per_100_u DOUBLE, 
	dose DOUBLE, 
	dose_unit TEXT NOT NULL, 
	until_utc DATETIME, 
	side TEXT, 
	note TEXT NOT NULL, 
	added_utc DATETIME NOT NULL, 
	CONSTRAINT ck_treatments_kind CHECK (kind IN ('toxin', 'surgery', 'drug')), 
	CONSTRAINT ck_treatments_side CHECK (side IN ('left', 'right', 'both')), 
	CONSTRAINT fk_treatments_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "treatments" VALUES(1,1,'toxin','2026-10-25 22:30:00.000000','Europe/Berlin','Botox',5.0,2.0,NULL,'',NULL,'left','','2026-11-24 23:46:44.344551');
CREATE TABLE trials (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id INTEGER NOT NULL, 
	factor TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	first_day DATE NOT NULL, 
	days_per_period INTEGER NOT NULL, 
	washout_days INTEGER NOT NULL, 
	order_drawn JSON NOT NULL, 
	seed BIGINT NOT NULL, 
	note TEXT NOT NULL, 
	added_utc DATETIME NOT NULL, 
	CONSTRAINT ck_trials_days_per_period CHECK (days_per_period BETWEEN 1 AND 60), 
	CONSTRAINT ck_trials_outcome CHECK (outcome IN ('felt', 'bother', 'rate')), 
	CONSTRAINT ck_trials_washout_days CHECK (washout_days BETWEEN 0 AND 60), 
	CONSTRAINT fk_trials_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "trials" VALUES(1,1,'coffee','bother','2026-11-01',2,1,'[[true, false], [false, true]]',7,'after lunch','2026-11-24 23:46:44.356468');
CREATE INDEX ix_recordings_person_id ON recordings (person_id);
CREATE INDEX ix_recordings_sha256 ON recordings (sha256);
CREATE INDEX ix_corrections_event_id ON corrections (event_id);
CREATE INDEX ix_corrections_recording_id ON corrections (recording_id);
CREATE INDEX ix_diary_entries_day ON diary_entries (day);
CREATE INDEX ix_diary_entries_person_id ON diary_entries (person_id);
CREATE INDEX ix_questionnaires_person_id ON questionnaires (person_id);
CREATE INDEX ix_treatments_person_id ON treatments (person_id);
CREATE INDEX ix_measurements_signals_sha256 ON measurements (signals_sha256);
CREATE INDEX ix_measurements_recording_id ON measurements (recording_id);
CREATE INDEX ix_trials_person_id ON trials (person_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('measurements',2);
INSERT INTO "sqlite_sequence" VALUES('people',1);
INSERT INTO "sqlite_sequence" VALUES('audit',12);
INSERT INTO "sqlite_sequence" VALUES('recordings',2);
INSERT INTO "sqlite_sequence" VALUES('corrections',2);
INSERT INTO "sqlite_sequence" VALUES('diary_entries',1);
INSERT INTO "sqlite_sequence" VALUES('treatments',1);
INSERT INTO "sqlite_sequence" VALUES('questionnaires',1);
INSERT INTO "sqlite_sequence" VALUES('trials',1);
COMMIT;
