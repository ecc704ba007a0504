CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit (
    id integer NOT NULL,
    at_utc timestamp with time zone NOT NULL,
    who text NOT NULL,
    action text NOT NULL,
    thing text,
    thing_id integer
);
CREATE SEQUENCE public.audit_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_id_seq OWNED BY public.audit.id;
CREATE TABLE public.corrections (
    id integer NOT NULL,
    recording_id integer NOT NULL,
    event_id integer,
    action text NOT NULL,
    kind text,
    side text,
    onset_s double precision,
    offset_s double precision,
    note text NOT NULL,
    who text NOT NULL,
    made_utc timestamp with time zone NOT NULL,
    CONSTRAINT ck_corrections_action CHECK ((action = ANY (ARRAY['confirm'::text, 'reject'::text, 'change'::text, 'add'::text]))),
    CONSTRAINT ck_corrections_kind CHECK ((kind = ANY (ARRAY['episode'::text, 'twitch'::text, 'tonic'::text, 'blink'::text]))),
    CONSTRAINT ck_corrections_side CHECK ((side = ANY (ARRAY['left'::text, 'right'::text, 'both'::text])))
);
CREATE SEQUENCE public.corrections_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.corrections_id_seq OWNED BY public.corrections.id;
CREATE TABLE public.event_regions (
    event_id integer NOT NULL,
    number integer NOT NULL,
    region text NOT NULL,
    took_part boolean NOT NULL,
    excess double precision,
    onset_s double precision
);
CREATE TABLE public.events (
    id integer NOT NULL,
    measurement_id integer NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL,
    side text NOT NULL,
    onset_s double precision NOT NULL,
    offset_s double precision NOT NULL,
    peak_s double precision NOT NULL,
    intensity double precision,
    probability double precision NOT NULL,
    reason text NOT NULL,
    context text NOT NULL,
    CONSTRAINT ck_events_context CHECK ((context = ANY (ARRAY['rest'::text, 'activated'::text]))),
    CONSTRAINT ck_events_kind CHECK ((kind = ANY (ARRAY['episode'::text, 'twitch'::text, 'tonic'::text, 'blink'::text]))),
    CONSTRAINT ck_events_side CHECK ((side = ANY (ARRAY['left'::text, 'right'::text, 'both'::text])))
);
CREATE SEQUENCE public.events_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.events_id_seq OWNED BY public.events.id;
CREATE TABLE public.intents (
    token text NOT NULL,
    kind text NOT NULL,
    started_utc timestamp with time zone NOT NULL,
    detail json NOT NULL,
    CONSTRAINT ck_intents_kind CHECK ((kind = ANY (ARRAY['add'::text, 'measure'::text, 'erase'::text, 'encrypt'::text])))
);
CREATE TABLE public.measurements (
    id integer NOT NULL,
    recording_id integer NOT NULL,
    measured_utc timestamp with time zone NOT NULL,
    version text NOT NULL,
    settings_digest text NOT NULL,
    model_sha256 text NOT NULL,
    model_packaged boolean NOT NULL,
    mirrored boolean NOT NULL,
    side text NOT NULL,
    side_probability double precision NOT NULL,
    side_evidence text NOT NULL,
    signals_sha256 text NOT NULL,
    signals_bytes bigint NOT NULL,
    recording json NOT NULL,
    quality json NOT NULL,
    CONSTRAINT ck_measurements_side CHECK ((side = ANY (ARRAY['left'::text, 'right'::text, 'both'::text, 'none'::text, 'undetermined'::text])))
);
CREATE SEQUENCE public.measurements_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.measurements_id_seq OWNED BY public.measurements.id;
CREATE TABLE public.measures (
    id integer NOT NULL,
    measurement_id integer NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    label text NOT NULL,
    side text,
    value double precision,
    low double precision,
    high double precision,
    unit text NOT NULL,
    n integer NOT NULL,
    seconds_observed double precision NOT NULL,
    how text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT ck_measures_side CHECK ((side = ANY (ARRAY['left'::text, 'right'::text, 'both'::text])))
);
CREATE SEQUENCE public.measures_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.measures_id_seq OWNED BY public.measures.id;
CREATE TABLE public.people (
    id integer NOT NULL,
    name text NOT NULL,
    added_utc timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.people_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.people_id_seq OWNED BY public.people.id;
CREATE TABLE public.preferences (
    name text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.recordings (
    id integer NOT NULL,
    person_id integer NOT NULL,
    kind text NOT NULL,
    sha256 text NOT NULL,
    suffix text NOT NULL,
    size_bytes bigint NOT NULL,
    name text NOT NULL,
    recorded_utc timestamp with time zone NOT NULL,
    zone text NOT NULL,
    time_source text NOT NULL,
    device text NOT NULL,
    task text NOT NULL,
    mirrored boolean NOT NULL,
    added_utc timestamp with time zone NOT NULL,
    file_deleted_utc timestamp with time zone,
    CONSTRAINT ck_recordings_kind CHECK ((kind = ANY (ARRAY['video'::text, 'emg'::text])))
);
CREATE SEQUENCE public.recordings_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.recordings_id_seq OWNED BY public.recordings.id;
CREATE TABLE public.settings (
    digest text NOT NULL,
    body json
);
ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);
ALTER TABLE ONLY public.corrections ALTER COLUMN id SET DEFAULT nextval('public.corrections_id_seq'::regclass);
ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);
ALTER TABLE ONLY public.measurements ALTER COLUMN id SET DEFAULT nextval('public.measurements_id_seq'::regclass);
ALTER TABLE ONLY public.measures ALTER COLUMN id SET DEFAULT nextval('public.measures_id_seq'::regclass);
ALTER TABLE ONLY public.people ALTER COLUMN id SET DEFAULT nextval('public.people_id_seq'::regclass);
ALTER TABLE ONLY public.recordings ALTER COLUMN id SET DEFAULT nextval('public.recordings_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.audit VALUES (1, '2026-11-24 20:13:03.071728+00', 'root', 'add', 'person', 1);
INSERT INTO public.audit VALUES (2, '2026-11-24 20:13:03.108842+00', 'root', 'add', 'recording', 1);
INSERT INTO public.audit VALUES (3, '2026-11-24 20:13:03.182643+00', 'root', 'measure', 'recording', 1);
INSERT INTO public.audit VALUES (4, '2026-11-24 20:13:03.231062+00', 'root', 'correct', 'recording', 1);
INSERT INTO public.audit VALUES (5, '2026-11-24 20:13:03.237107+00', 'root', 'change', 'diary', NULL);
INSERT INTO public.corrections VALUES (1, 1, 1, 'reject', NULL, NULL, NULL, NULL, 'a wink', 'root', '2026-11-24 20:13:03.225534+00');
INSERT INTO public.event_regions VALUES (1, 0, 'eye', true, 0.8653245874281548, 2);
INSERT INTO public.event_regions VALUES (1, 1, 'mouth', true, 6.922596699425238, 2.02);
INSERT INTO public.event_regions VALUES (2, 0, 'eye', true, 0.8653245874281548, 2);
INSERT INTO public.event_regions VALUES (2, 1, 'mouth', true, 6.922596699425238, 2.02);
INSERT INTO public.event_regions VALUES (4, 0, 'eye', true, 0.4182820164073398, 6.716239419079451);
INSERT INTO public.event_regions VALUES (5, 0, 'eye', true, 0.4182820164073398, 6.716239419079451);
INSERT INTO public.event_regions VALUES (7, 0, 'eye', true, 0.48643939545841286, 11.851229092538315);
INSERT INTO public.event_regions VALUES (8, 0, 'eye', true, 0.48643939545841286, 11.851229092538315);
INSERT INTO public.events VALUES (1, 1, 0, 'twitch', 'left', 2, 2.3, 2.15, 0.8653245874281548, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (2, 1, 1, 'episode', 'left', 2, 2.3, 2.15, 0.8653245874281548, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (3, 1, 2, 'blink', 'both', 5, 5.2, 5.1, 0.9, 0.99, 'both lids close together', 'rest');
INSERT INTO public.events VALUES (4, 1, 3, 'twitch', 'left', 6.716239419079451, 7.016239419079451, 6.866239419079451, 0.4182820164073398, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (5, 1, 4, 'episode', 'left', 6.716239419079451, 7.016239419079451, 6.866239419079451, 0.4182820164073398, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (6, 1, 5, 'blink', 'both', 9.71623941907945, 9.916239419079451, 9.816239419079452, 0.9, 0.99, 'both lids close together', 'rest');
INSERT INTO public.events VALUES (7, 1, 6, 'twitch', 'left', 11.851229092538315, 12.151229092538316, 12.001229092538315, 0.48643939545841286, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (8, 1, 7, 'episode', 'left', 11.851229092538315, 12.151229092538316, 12.001229092538315, 0.48643939545841286, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (9, 1, 8, 'blink', 'both', 14.851229092538315, 15.051229092538314, 14.951229092538314, 0.9, 0.99, 'both lids close together', 'rest');
INSERT INTO public.measurements VALUES (1, 1, '2026-11-24 20:13:03.149731+00', '0.1.0', '06815ddacd5d', 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', true, false, 'left', 0.97, 'made up', '4596053ce43bc891da492ce40caa47496daec4d0b71baaa21f27c4c1156a80d9', 124611, '{"name": "monday.mp4", "sha256": "a0fa257646d32eb08b732f9d2379e410d4a6cc4fe25dee586f2343281882ecac", "duration_s": 20.0, "n_frames": 600, "width_px": 1280, "height_px": 720, "frames_per_s": 30.0, "rotation_deg": 0, "mirrored": false, "codec": "h264", "simulated": true, "notes": []}', '{"seconds_recorded": 20.0, "seconds_observed": {"left": 17.5, "right": 17.5, "both": 17.5}, "exclusions": [{"onset_s": 20.0, "offset_s": 21.0, "reason": "no face", "side": null}, {"onset_s": 21.0, "offset_s": 22.5, "reason": "a hand over the mouth", "side": "left"}], "frames_per_s": 30.0, "interocular_px": 120.4, "notes": ["The light changed at 0:31."]}');
INSERT INTO public.measures VALUES (1, 1, 0, 'episode_rate', 'Spasm episodes', 'left', 10.285714285714286, 6.171428571428572, 15.42857142857143, '1/min', 3, 17.5, 'exact Poisson interval', '');
INSERT INTO public.measures VALUES (2, 1, 1, 'episode_rate_rest', 'Spasm episodes at rest', 'left', 8.22857142857143, 5.142857142857143, 10.285714285714286, '1/min', 3, 17.5, 'exact Poisson interval', '');
INSERT INTO public.measures VALUES (3, 1, 2, 'spasm_share', 'Share of the time in spasm', 'left', 7.25, 4.1, 11, '%', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (4, 1, 3, 'tonic_time_share', 'Share of the time in held spasms', 'left', 2, 0.4, 5.1, '%', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (5, 1, 4, 'twitch_rate', 'Twitches', 'left', 9.1, 5, 15, '1/min', 3, 17.5, 'exact Poisson interval', '');
INSERT INTO public.measures VALUES (6, 1, 5, 'intensity_mean', 'Strength of the spasms, mean', 'left', 52, 40, 63, '% of full contraction', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (7, 1, 6, 'mouth_intensity_mean', 'Mean strength, mouth corner', 'left', 5.1, 3, 6.3, '% of inter-ocular distance', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (8, 1, 7, 'spread_share', 'Episodes that spread beyond the eye', 'left', 48, 20, 70, '%', 3, 17.5, 'Wilson interval', '');
INSERT INTO public.measures VALUES (9, 1, 8, 'resting_asymmetry', 'Resting asymmetry of the eyes', 'left', 0.031, 0.02, 0.04, '1', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (10, 1, 9, 'other_babinski_share', 'Episodes with the other Babinski sign', 'left', 0, 0, 22, '%', 3, 17.5, 'Wilson interval', '');
INSERT INTO public.measures VALUES (11, 1, 10, 'blink_rate', 'Blinks', NULL, 11, 6, 18, '1/min', 3, 17.5, 'exact Poisson interval', '');
INSERT INTO public.measures VALUES (12, 1, 11, 'eye_mouth_delay', 'Delay from eye to mouth', 'left', NULL, NULL, NULL, 'ms', 3, 17.5, '', 'fewer than 5 episodes moved both');
INSERT INTO public.measures VALUES (13, 1, 12, 'smc_grade_proxy', 'SMC grade, proxy', 'left', 2, NULL, NULL, 'grade', 3, 17.5, '', '');
INSERT INTO public.people VALUES (1, '', '2026-11-24 20:13:03.070786+00');
INSERT INTO public.preferences VALUES ('diary_day_ends_h', '5');
INSERT INTO public.recordings VALUES (1, 1, 'video', 'a0fa257646d32eb08b732f9d2379e410d4a6cc4fe25dee586f2343281882ecac', '.mp4', 15, 'monday.mp4', '2026-10-25 00:30:00+00', 'Europe/Berlin', 'given', 'phone', 'rest', false, '2026-11-24 20:13:03.102669+00', NULL);
INSERT INTO public.settings VALUES ('06815ddacd5d', '{"quality": {"min_frames_per_s": 20, "max_yaw_deg": 25, "min_presence": 12, "clear_presence": 16, "cover_guard_s": 0.3, "min_interocular_px": 50, "min_brightness": 25, "min_contrast": 8, "min_sharpness": 0.4, "min_change": 0.05, "max_frozen_s": 0.5, "guard_s": 0.1, "min_run_s": 0.5, "min_observed_s": 5}, "calibration": {"open_quantile": 0.85, "blink_depth": 0.5, "shut_quantile": 0.1, "min_shut_s": 0.1, "nominal_shut": 0.05}, "excess": {"smooth_s": 0.066, "baseline_s": 20, "fast_baseline_s": 2, "brief_baseline_s": 0.7, "quiet_quantile": 0.3, "lag_s": 0.05, "eye_scatter": 0.05, "lower_scatter": 0.1, "lag_scatter": 0.33, "eye_turn": 0.0015, "lower_turn": 0.05, "eye_talk": 0.002, "lower_talk": 0.03, "talk_window_s": 0.3, "blink_pull": 0.5, "blink_window_s": 0.3, "eye_gaze": 0.004, "lower_gaze": 0.005, "scatter_prior_s": 3, "yaw_window_s": 0.5, "edge_s": 0.1, "pose_ridge": 0.02}, "events": {"enter_noise": 3.5, "cut_factor": 2, "leave_noise": 2, "floor_closure": 0.015, "eye_takes_part": 1, "eye_clear": 4, "region_least": 1.5, "region_cap": 6, "region_weight": 0.7, "edge_noise": 2, "edge_share": 0.35, "weak_edge": 0.6, "edge_search_s": 0.35, "flank_high": 0.6, "flank_low": 0.25, "end_share": 0.05, "valley_share": 0.3, "held_s": 2, "held_noise": 2, "held_quantile": 0.1, "rebound_s": 0.15, "rebound_share": 0.5, "guard_s": 0.15, "max_passes": 5, "brief_s": 0.45, "tonic_s": 1, "episode_gap_s": 0.5, "blind_noise": 3, "blind_s": 0.3, "region_noise": 3}, "blinks": {"baseline_s": 3, "depth": 0.2, "noise": 6, "edge_share": 0.25, "longest_s": 0.7}, "context": {"window_s": 0.5, "movement": 3, "after_s": 1}, "probability": {"even_noise": 5.5, "per_doubling": 4, "alone": 1.4, "per_region": 0.8, "brow_up": 1.5, "brow_down": 1.5, "wink_closes_s": 0.15, "brow_fall": 1.5, "company": 5}, "side": {"trust": 0.9, "called": 0.8, "absent": 0.65, "dominance": 0.8, "min_event_probability": 0.5}, "measures": {"min_observed_s": 5, "min_events": 3, "rest_margin_s": 0.5, "block_s": 10, "n_resamples": 1000, "seed": 1, "together_s": 0.03333333333333333, "brow_rise": 1, "smc_spread_percent": 10, "smc_tonic_percent": 10, "smc_lid_mm": 2, "smc_mouth_mm": 3}}');
SELECT pg_catalog.setval('public.audit_id_seq', 5, true);
SELECT pg_catalog.setval('public.corrections_id_seq', 1, true);
SELECT pg_catalog.setval('public.events_id_seq', 9, true);
SELECT pg_catalog.setval('public.measurements_id_seq', 1, true);
SELECT pg_catalog.setval('public.measures_id_seq', 13, true);
SELECT pg_catalog.setval('public.people_id_seq', 1, true);
SELECT pg_catalog.setval('public.recordings_id_seq', 1, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT pk_corrections PRIMARY KEY (id);
ALTER TABLE ONLY public.event_regions
    ADD CONSTRAINT pk_event_regions PRIMARY KEY (event_id, number);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (id);
ALTER TABLE ONLY public.intents
    ADD CONSTRAINT pk_intents PRIMARY KEY (token);
ALTER TABLE ONLY public.measurements
    ADD CONSTRAINT pk_measurements PRIMARY KEY (id);
ALTER TABLE ONLY public.measures
    ADD CONSTRAINT pk_measures PRIMARY KEY (id);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT pk_people PRIMARY KEY (id);
ALTER TABLE ONLY public.preferences
    ADD CONSTRAINT pk_preferences PRIMARY KEY (name);
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT pk_recordings PRIMARY KEY (id);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT pk_settings PRIMARY KEY (digest);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT uq_events_measurement_number UNIQUE (measurement_id, number);
ALTER TABLE ONLY public.measurements
    ADD CONSTRAINT uq_measurements_what_made_it UNIQUE (recording_id, version, settings_digest, model_sha256, mirrored);
ALTER TABLE ONLY public.measures
    ADD CONSTRAINT uq_measures_measurement_number UNIQUE (measurement_id, number);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT uq_people_name UNIQUE (name);
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT uq_recordings_person_sha256 UNIQUE (person_id, sha256);
CREATE INDEX ix_corrections_event_id ON public.corrections USING btree (event_id);
CREATE INDEX ix_corrections_recording_id ON public.corrections USING btree (recording_id);
CREATE INDEX ix_measurements_recording_id ON public.measurements USING btree (recording_id);
CREATE INDEX ix_measurements_signals_sha256 ON public.measurements USING btree (signals_sha256);
CREATE INDEX ix_recordings_person_id ON public.recordings USING btree (person_id);
CREATE INDEX ix_recordings_sha256 ON public.recordings USING btree (sha256);
ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT fk_corrections_event_id FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT fk_corrections_recording_id FOREIGN KEY (recording_id) REFERENCES public.recordings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.event_regions
    ADD CONSTRAINT fk_event_regions_event_id FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.events
    ADD CONSTRAINT fk_events_measurement_id FOREIGN KEY (measurement_id) REFERENCES public.measurements(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.measurements
    ADD CONSTRAINT fk_measurements_recording_id FOREIGN KEY (recording_id) REFERENCES public.recordings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.measurements
    ADD CONSTRAINT fk_measurements_settings_digest FOREIGN KEY (settings_digest) REFERENCES public.settings(digest);
ALTER TABLE ONLY public.measures
    ADD CONSTRAINT fk_measures_measurement_id FOREIGN KEY (measurement_id) REFERENCES public.measurements(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT fk_recordings_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
