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
CREATE TABLE public.diary_entries (
    id integer NOT NULL,
    person_id integer NOT NULL,
    at_utc timestamp with time zone NOT NULL,
    zone text NOT NULL,
    day date NOT NULL,
    spasms double precision,
    bother double precision,
    sleep_h double precision,
    mood double precision,
    note text NOT NULL,
    added_utc timestamp with time zone NOT NULL,
    CONSTRAINT ck_diary_entries_bother CHECK (((bother >= (0)::double precision) AND (bother <= (10)::double precision))),
    CONSTRAINT ck_diary_entries_mood CHECK (((mood >= (0)::double precision) AND (mood <= (10)::double precision))),
    CONSTRAINT ck_diary_entries_sleep_h CHECK (((sleep_h >= (0)::double precision) AND (sleep_h <= (24)::double precision))),
    CONSTRAINT ck_diary_entries_spasms CHECK (((spasms >= (0)::double precision) AND (spasms <= (10)::double precision)))
);
CREATE SEQUENCE public.diary_entries_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.diary_entries_id_seq OWNED BY public.diary_entries.id;
CREATE TABLE public.diary_triggers (
    entry_id integer NOT NULL,
    name text NOT NULL,
    strength double precision NOT NULL,
    CONSTRAINT ck_diary_triggers_strength CHECK (((strength >= (0)::double precision) AND (strength <= (10)::double precision)))
);
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
    CONSTRAINT ck_intents_kind CHECK ((kind = ANY (ARRAY['add'::text, 'measure'::text, 'erase'::text, 'encrypt'::text, 'import'::text])))
);
CREATE TABLE public.measurements (
    id integer NOT NULL,
    recording_id integer NOT NULL,
    measured_utc timestamp with time zone NOT NULL,
    version text NOT NULL,
    settings_digest text NOT NULL,
    model_sha256 text,
    model_packaged boolean,
    mirrored boolean NOT NULL,
    side text NOT NULL,
    side_probability double precision NOT NULL,
    side_evidence text NOT NULL,
    signals_sha256 text NOT NULL,
    signals_bytes bigint NOT NULL,
    recording json NOT NULL,
    quality json NOT NULL,
    emg json,
    read_with text NOT NULL,
    CONSTRAINT ck_measurements_model CHECK ((((model_sha256 IS NULL) = (model_packaged IS NULL)) AND ((model_sha256 IS NULL) <> (emg IS NULL)))),
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
CREATE TABLE public.questionnaire_items (
    questionnaire_id integer NOT NULL,
    number integer NOT NULL,
    score integer NOT NULL
);
CREATE TABLE public.questionnaires (
    id integer NOT NULL,
    person_id integer NOT NULL,
    name text NOT NULL,
    at_utc timestamp with time zone NOT NULL,
    zone text NOT NULL,
    total integer NOT NULL,
    note text NOT NULL,
    added_utc timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.questionnaires_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.questionnaires_id_seq OWNED BY public.questionnaires.id;
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
    emg json,
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
CREATE TABLE public.treatment_sites (
    treatment_id integer NOT NULL,
    number integer NOT NULL,
    site text NOT NULL,
    side text NOT NULL,
    units double precision,
    CONSTRAINT ck_treatment_sites_side CHECK ((side = ANY (ARRAY['left'::text, 'right'::text])))
);
CREATE TABLE public.treatments (
    id integer NOT NULL,
    person_id integer NOT NULL,
    kind text NOT NULL,
    at_utc timestamp with time zone NOT NULL,
    zone text NOT NULL,
    name text NOT NULL,
    units double precision,
    dilution_ml_per_100_u double precision,
    dose double precision,
    dose_unit text NOT NULL,
    until_utc timestamp with time zone,
    side text,
    note text NOT NULL,
    added_utc timestamp with time zone NOT NULL,
    CONSTRAINT ck_treatments_kind CHECK ((kind = ANY (ARRAY['toxin'::text, 'surgery'::text, 'drug'::text]))),
    CONSTRAINT ck_treatments_side CHECK ((side = ANY (ARRAY['left'::text, 'right'::text, 'both'::text])))
);
CREATE SEQUENCE public.treatments_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.treatments_id_seq OWNED BY public.treatments.id;
CREATE TABLE public.trials (
    id integer NOT NULL,
    person_id integer NOT NULL,
    factor text NOT NULL,
    outcome text NOT NULL,
    first_day date NOT NULL,
    days_per_period integer NOT NULL,
    washout_days integer NOT NULL,
    order_drawn json NOT NULL,
    seed bigint NOT NULL,
    note text NOT NULL,
    added_utc timestamp with time zone NOT NULL,
    CONSTRAINT ck_trials_days_per_period CHECK (((days_per_period >= 1) AND (days_per_period <= 60))),
    CONSTRAINT ck_trials_outcome CHECK ((outcome = ANY (ARRAY['felt'::text, 'bother'::text, 'rate'::text]))),
    CONSTRAINT ck_trials_washout_days CHECK (((washout_days >= 0) AND (washout_days <= 60)))
);
CREATE SEQUENCE public.trials_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.trials_id_seq OWNED BY public.trials.id;
ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);
ALTER TABLE ONLY public.corrections ALTER COLUMN id SET DEFAULT nextval('public.corrections_id_seq'::regclass);
ALTER TABLE ONLY public.diary_entries ALTER COLUMN id SET DEFAULT nextval('public.diary_entries_id_seq'::regclass);
ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);
ALTER TABLE ONLY public.measurements ALTER COLUMN id SET DEFAULT nextval('public.measurements_id_seq'::regclass);
ALTER TABLE ONLY public.measures ALTER COLUMN id SET DEFAULT nextval('public.measures_id_seq'::regclass);
ALTER TABLE ONLY public.people ALTER COLUMN id SET DEFAULT nextval('public.people_id_seq'::regclass);
ALTER TABLE ONLY public.questionnaires ALTER COLUMN id SET DEFAULT nextval('public.questionnaires_id_seq'::regclass);
ALTER TABLE ONLY public.recordings ALTER COLUMN id SET DEFAULT nextval('public.recordings_id_seq'::regclass);
ALTER TABLE ONLY public.treatments ALTER COLUMN id SET DEFAULT nextval('public.treatments_id_seq'::regclass);
ALTER TABLE ONLY public.trials ALTER COLUMN id SET DEFAULT nextval('public.trials_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0005');
INSERT INTO public.audit VALUES (1, '2026-11-24 23:46:46.505633+00', 'root', 'add', 'person', 1);
INSERT INTO public.audit VALUES (2, '2026-11-24 23:46:46.581742+00', 'root', 'add', 'recording', 1);
INSERT INTO public.audit VALUES (3, '2026-11-24 23:46:46.78735+00', 'root', 'measure', 'recording', 1);
INSERT INTO public.audit VALUES (4, '2026-11-24 23:46:46.904958+00', 'root', 'correct', 'recording', 1);
INSERT INTO public.audit VALUES (5, '2026-11-24 23:46:46.961431+00', 'root', 'change', 'diary', NULL);
INSERT INTO public.audit VALUES (6, '2026-11-24 23:46:47.0295+00', 'root', 'add', 'diary entry', 1);
INSERT INTO public.audit VALUES (7, '2026-11-24 23:46:47.063149+00', 'root', 'add', 'treatment', 1);
INSERT INTO public.audit VALUES (8, '2026-11-24 23:46:47.10639+00', 'root', 'add', 'questionnaire', 1);
INSERT INTO public.audit VALUES (9, '2026-11-24 23:46:47.225389+00', 'root', 'add', 'trial', 1);
INSERT INTO public.audit VALUES (10, '2026-11-24 23:46:47.306536+00', 'root', 'add', 'recording', 2);
INSERT INTO public.audit VALUES (11, '2026-11-24 23:46:47.438447+00', 'root', 'measure', 'recording', 2);
INSERT INTO public.audit VALUES (12, '2026-11-24 23:46:47.584928+00', 'root', 'correct', 'recording', 2);
INSERT INTO public.corrections VALUES (1, 1, 1, 'reject', NULL, NULL, NULL, NULL, 'a wink', 'root', '2026-11-24 23:46:46.897606+00');
INSERT INTO public.corrections VALUES (2, 2, 10, 'confirm', NULL, NULL, NULL, NULL, '', 'root', '2026-11-24 23:46:47.578091+00');
INSERT INTO public.diary_entries VALUES (1, 1, '2026-10-25 22:30:00+00', 'Europe/Berlin', '2026-10-25', 4, 2.5, 7.5, 6, 'windy', '2026-11-24 23:46:47.003439+00');
INSERT INTO public.diary_triggers VALUES (1, 'stress', 3);
INSERT INTO public.event_regions VALUES (1, 0, 'eye', true, 0.8653245874281548, 2);
INSERT INTO public.event_regions VALUES (1, 1, 'mouth', true, 6.922596699425238, 2.02);
INSERT INTO public.event_regions VALUES (2, 0, 'eye', true, 0.8653245874281548, 2);
INSERT INTO public.event_regions VALUES (2, 1, 'mouth', true, 6.922596699425238, 2.02);
INSERT INTO public.event_regions VALUES (4, 0, 'eye', true, 0.4182820164073398, 6.716239419079451);
INSERT INTO public.event_regions VALUES (5, 0, 'eye', true, 0.4182820164073398, 6.716239419079451);
INSERT INTO public.event_regions VALUES (7, 0, 'eye', true, 0.48643939545841286, 11.851229092538315);
INSERT INTO public.event_regions VALUES (8, 0, 'eye', true, 0.48643939545841286, 11.851229092538315);
INSERT INTO public.event_regions VALUES (10, 0, 'eye', true, 80, 2);
INSERT INTO public.event_regions VALUES (10, 1, 'mouth', true, 80, 2.02);
INSERT INTO public.event_regions VALUES (11, 0, 'eye', true, 80, 2);
INSERT INTO public.event_regions VALUES (11, 1, 'mouth', true, 80, 2.02);
INSERT INTO public.event_regions VALUES (13, 0, 'eye', true, 80, 6.716239419079451);
INSERT INTO public.event_regions VALUES (14, 0, 'eye', true, 80, 6.716239419079451);
INSERT INTO public.event_regions VALUES (16, 0, 'eye', true, 80, 11.851229092538315);
INSERT INTO public.event_regions VALUES (17, 0, 'eye', true, 80, 11.851229092538315);
INSERT INTO public.events VALUES (1, 1, 0, 'twitch', 'left', 2, 2.3, 2.15, 0.8653245874281548, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (2, 1, 1, 'episode', 'left', 2, 2.3, 2.15, 0.8653245874281548, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (3, 1, 2, 'blink', 'both', 5, 5.2, 5.1, 0.9, 0.99, 'both lids close together', 'rest');
INSERT INTO public.events VALUES (4, 1, 3, 'twitch', 'left', 6.716239419079451, 7.016239419079451, 6.866239419079451, 0.4182820164073398, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (5, 1, 4, 'episode', 'left', 6.716239419079451, 7.016239419079451, 6.866239419079451, 0.4182820164073398, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (6, 1, 5, 'blink', 'both', 9.71623941907945, 9.916239419079451, 9.816239419079452, 0.9, 0.99, 'both lids close together', 'rest');
INSERT INTO public.events VALUES (7, 1, 6, 'twitch', 'left', 11.851229092538315, 12.151229092538316, 12.001229092538315, 0.48643939545841286, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (8, 1, 7, 'episode', 'left', 11.851229092538315, 12.151229092538316, 12.001229092538315, 0.48643939545841286, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (9, 1, 8, 'blink', 'both', 14.851229092538315, 15.051229092538314, 14.951229092538314, 0.9, 0.99, 'both lids close together', 'rest');
INSERT INTO public.events VALUES (10, 2, 0, 'twitch', 'left', 2, 2.3, 2.15, NULL, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (11, 2, 1, 'episode', 'left', 2, 2.3, 2.15, NULL, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (12, 2, 2, 'blink', 'both', 5, 5.2, 5.1, NULL, 0.99, 'both lids close together', 'rest');
INSERT INTO public.events VALUES (13, 2, 3, 'twitch', 'left', 6.716239419079451, 7.016239419079451, 6.866239419079451, NULL, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (14, 2, 4, 'episode', 'left', 6.716239419079451, 7.016239419079451, 6.866239419079451, NULL, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (15, 2, 5, 'blink', 'both', 9.71623941907945, 9.916239419079451, 9.816239419079452, NULL, 0.99, 'both lids close together', 'rest');
INSERT INTO public.events VALUES (16, 2, 6, 'twitch', 'left', 11.851229092538315, 12.151229092538316, 12.001229092538315, NULL, 0.93, 'the left side contracts while the other stays still', 'rest');
INSERT INTO public.events VALUES (17, 2, 7, 'episode', 'left', 11.851229092538315, 12.151229092538316, 12.001229092538315, NULL, 0.95, '1 twitch', 'rest');
INSERT INTO public.events VALUES (18, 2, 8, 'blink', 'both', 14.851229092538315, 15.051229092538314, 14.951229092538314, NULL, 0.99, 'both lids close together', 'rest');
INSERT INTO public.measurements VALUES (1, 1, '2026-11-24 23:46:46.661552+00', '0.1.0', 'c7755e40f3fd', 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', true, false, 'left', 0.97, 'made up', '9bdd8c57a2d379406bb6fc5d517b8ec38aaa3812fa3440b2dd3ff063fd77d0fc', 124693, '{"name": "monday.mp4", "sha256": "a0fa257646d32eb08b732f9d2379e410d4a6cc4fe25dee586f2343281882ecac", "duration_s": 20.0, "n_frames": 600, "width_px": 1280, "height_px": 720, "frames_per_s": 30.0, "rotation_deg": 0, "mirrored": false, "codec": "h264", "simulated": true, "notes": [], "modality": "video"}', '{"seconds_recorded": 20.0, "seconds_observed": {"left": 17.5, "right": 17.5, "both": 17.5}, "exclusions": [{"onset_s": 20.0, "offset_s": 21.0, "reason": "no face", "side": null}, {"onset_s": 21.0, "offset_s": 22.5, "reason": "a hand over the mouth", "side": "left"}], "frames_per_s": 30.0, "interocular_px": 120.4, "notes": ["The light changed at 0:31."]}', NULL, 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd');
INSERT INTO public.measurements VALUES (2, 2, '2026-11-24 23:46:47.330566+00', '0.1.0', 'c7755e40f3fd', NULL, NULL, false, 'left', 0.97, 'made up', 'd637722963cf6dc804347a86183a6c3e20e80fe37d5c8bb98b735024f157febc', 15397, '{"name": "monday.edf", "sha256": "2133bcae28b5f42989cbf1c8d4a9a7c526ce7e2ce03643457aaf6d3cdcb600bf", "duration_s": 20.0, "n_frames": 600, "width_px": 0, "height_px": 0, "frames_per_s": 30.0, "rotation_deg": 0, "mirrored": false, "codec": "EDF", "simulated": true, "notes": [], "modality": "emg"}', '{"seconds_recorded": 20.0, "seconds_observed": {"left": 17.5, "right": 17.5, "both": 17.5}, "exclusions": [{"onset_s": 20.0, "offset_s": 21.0, "reason": "no face", "side": null}, {"onset_s": 21.0, "offset_s": 22.5, "reason": "a hand over the mouth", "side": "left"}], "frames_per_s": 30.0, "interocular_px": null, "notes": ["The light changed at 0:31."]}', '{"channels": {"EMG3": "left orbicularis_oculi"}, "rate_per_s": null, "unit": "mV"}', '6e25fd058ebee5a92445ab1363f2a87ef813d5601546b75e9ab2309c495506cd');
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
INSERT INTO public.measures VALUES (14, 2, 0, 'episode_rate', 'Spasm episodes', 'left', 10.285714285714286, 6.171428571428572, 15.42857142857143, '1/min', 3, 17.5, 'exact Poisson interval', '');
INSERT INTO public.measures VALUES (15, 2, 1, 'episode_rate_rest', 'Spasm episodes at rest', 'left', 8.22857142857143, 5.142857142857143, 10.285714285714286, '1/min', 3, 17.5, 'exact Poisson interval', '');
INSERT INTO public.measures VALUES (16, 2, 2, 'spasm_share', 'Share of the time in spasm', 'left', 7.25, 4.1, 11, '%', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (17, 2, 3, 'tonic_time_share', 'Share of the time in held spasms', 'left', 2, 0.4, 5.1, '%', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (18, 2, 4, 'twitch_rate', 'Twitches', 'left', 9.1, 5, 15, '1/min', 3, 17.5, 'exact Poisson interval', '');
INSERT INTO public.measures VALUES (19, 2, 5, 'intensity_mean', 'Strength of the spasms, mean', 'left', 52, 40, 63, '% of full contraction', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (20, 2, 6, 'mouth_intensity_mean', 'Mean strength, mouth corner', 'left', 5.1, 3, 6.3, '% of inter-ocular distance', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (21, 2, 7, 'spread_share', 'Episodes that spread beyond the eye', 'left', 48, 20, 70, '%', 3, 17.5, 'Wilson interval', '');
INSERT INTO public.measures VALUES (22, 2, 8, 'resting_asymmetry', 'Resting asymmetry of the eyes', 'left', 0.031, 0.02, 0.04, '1', 3, 17.5, 'bootstrap over episodes', '');
INSERT INTO public.measures VALUES (23, 2, 9, 'other_babinski_share', 'Episodes with the other Babinski sign', 'left', 0, 0, 22, '%', 3, 17.5, 'Wilson interval', '');
INSERT INTO public.measures VALUES (24, 2, 10, 'blink_rate', 'Blinks', NULL, 11, 6, 18, '1/min', 3, 17.5, 'exact Poisson interval', '');
INSERT INTO public.measures VALUES (25, 2, 11, 'eye_mouth_delay', 'Delay from eye to mouth', 'left', NULL, NULL, NULL, 'ms', 3, 17.5, '', 'fewer than 5 episodes moved both');
INSERT INTO public.measures VALUES (26, 2, 12, 'smc_grade_proxy', 'SMC grade, proxy', 'left', 2, NULL, NULL, 'grade', 3, 17.5, '', '');
INSERT INTO public.people VALUES (1, '', '2026-11-24 23:46:46.501702+00');
INSERT INTO public.preferences VALUES ('diary_day_ends_h', '5');
INSERT INTO public.questionnaire_items VALUES (1, 1, 1);
INSERT INTO public.questionnaire_items VALUES (1, 2, 2);
INSERT INTO public.questionnaire_items VALUES (1, 3, 1);
INSERT INTO public.questionnaire_items VALUES (1, 4, 2);
INSERT INTO public.questionnaire_items VALUES (1, 5, 1);
INSERT INTO public.questionnaire_items VALUES (1, 6, 1);
INSERT INTO public.questionnaire_items VALUES (1, 7, 1);
INSERT INTO public.questionnaires VALUES (1, 1, 'hfs-7', '2026-10-25 22:30:00+00', 'Europe/Berlin', 9, '', '2026-11-24 23:46:47.077645+00');
INSERT INTO public.recordings VALUES (1, 1, 'video', 'a0fa257646d32eb08b732f9d2379e410d4a6cc4fe25dee586f2343281882ecac', '.mp4', 15, 'monday.mp4', '2026-10-25 00:30:00+00', 'Europe/Berlin', 'given', 'phone', 'rest', false, '2026-11-24 23:46:46.568504+00', NULL, NULL);
INSERT INTO public.recordings VALUES (2, 1, 'emg', '2133bcae28b5f42989cbf1c8d4a9a7c526ce7e2ce03643457aaf6d3cdcb600bf', '.edf', 512, 'monday.edf', '2026-10-24 16:05:30+00', 'Europe/Berlin', 'emg', '', '', false, '2026-11-24 23:46:47.300184+00', NULL, '{"channels": {"EMG3": "left orbicularis_oculi"}, "rate_per_s": null, "unit": "mV"}');
INSERT INTO public.settings VALUES ('c7755e40f3fd', '{"quality": {"min_frames_per_s": 20, "max_yaw_deg": 25, "min_presence": 12, "clear_presence": 16, "cover_guard_s": 0.3, "min_interocular_px": 50, "min_brightness": 25, "min_contrast": 8, "min_sharpness": 0.4, "min_change": 0.05, "max_frozen_s": 0.5, "guard_s": 0.1, "min_run_s": 0.5, "min_observed_s": 5}, "calibration": {"open_quantile": 0.85, "blink_depth": 0.5, "shut_quantile": 0.1, "min_shut_s": 0.1, "nominal_shut": 0.05}, "excess": {"smooth_s": 0.066, "baseline_s": 20, "fast_baseline_s": 2, "brief_baseline_s": 0.7, "quiet_quantile": 0.3, "lag_s": 0.05, "eye_scatter": 0.05, "lower_scatter": 0.1, "lag_scatter": 0.33, "eye_turn": 0.0015, "lower_turn": 0.05, "eye_talk": 0.002, "lower_talk": 0.03, "talk_window_s": 0.3, "blink_pull": 0.5, "blink_window_s": 0.3, "eye_gaze": 0.004, "lower_gaze": 0.005, "scatter_prior_s": 3, "yaw_window_s": 0.5, "edge_s": 0.1, "pose_ridge": 0.02}, "events": {"enter_noise": 3.5, "cut_factor": 2, "leave_noise": 2, "floor_closure": 0.015, "eye_takes_part": 1, "eye_clear": 4, "region_least": 1.5, "region_cap": 6, "region_weight": 0.7, "region_share": 0.6, "most_say": 4, "least_say": 1, "edge_noise": 2, "edge_share": 0.35, "weak_edge": 0.6, "edge_search_s": 0.35, "flank_high": 0.6, "flank_low": 0.25, "end_share": 0.05, "valley_share": 0.3, "held_s": 2, "held_noise": 2, "held_quantile": 0.1, "rebound_s": 0.15, "rebound_share": 0.5, "guard_s": 0.15, "max_passes": 5, "brief_s": 0.45, "tonic_s": 1, "episode_gap_s": 0.5, "blind_noise": 3, "blind_s": 0.3, "region_noise": 3}, "blinks": {"baseline_s": 3, "depth": 0.2, "noise": 6, "edge_share": 0.25, "longest_s": 0.7}, "context": {"window_s": 0.5, "movement": 3, "after_s": 1}, "probability": {"even_noise": 5.5, "per_doubling": 4, "alone": 1.4, "per_region": 0.8, "brow_up": 1.5, "brow_down": 1.5, "wink_closes_s": 0.15, "brow_fall": 1.5, "company": 5}, "side": {"trust": 0.9, "called": 0.8, "absent": 0.65, "dominance": 0.8, "rare_per_min": 1, "min_event_probability": 0.5}, "muscle": {"min_rate_per_s": 500, "low_hz": 20, "high_hz": 450, "hum_factor": 6, "hum_follow_s": 0.5, "pop_lone": 2.5, "pop_noise": 10, "pop_guard_s": 0.06, "flat_s": 0.05, "leak_ratio": 3, "leak_reach_s": 0.0015, "leak_least_s": 0.2, "leak_explained": 0.4, "smooth_s": 0.008, "slow_smooth_s": 0.03, "envelope_per_s": 500}, "bursts": {"baseline_s": 20, "quiet_quantile": 0.25, "enter_noise": 5.5, "leave_noise": 2.5, "shortest_s": 0.012, "muscle_hz": 60, "muscle_share": 0.45, "instant_s": 0.005, "instant_share": 0.8, "join_s": 0.15, "change_evidence": 12, "edge_search_s": 0.08, "edge_share": 0.01, "together_s": 0.03, "tail_s": 0.1, "tail_share": 0.25, "dominance": 3, "partner_noise": 4, "partner_share": 0.25, "min_blinks": 3, "region_noise": 4, "region_share": 2, "activated_s": 0.2, "even_noise": 4.5}, "responses": {"artefact_s": 0.002, "direct_s": 0.0065, "earliest_s": 0.005, "latest_s": 0.02, "noise": 5, "masked_s": 0.1, "together_s": 0.015}, "measures": {"min_observed_s": 5, "min_events": 3, "rest_margin_s": 0.5, "block_s": 10, "n_resamples": 1000, "seed": 1, "together_s": 0.03333333333333333, "brow_rise": 1, "smc_spread_percent": 10, "smc_tonic_percent": 10, "smc_lid_mm": 2, "smc_mouth_mm": 3}}');
INSERT INTO public.treatment_sites VALUES (1, 0, 'orbicularis oculi', 'left', 5);
INSERT INTO public.treatments VALUES (1, 1, 'toxin', '2026-10-25 22:30:00+00', 'Europe/Berlin', 'Botox', 5, 2, NULL, '', NULL, 'left', '', '2026-11-24 23:46:47.053889+00');
INSERT INTO public.trials VALUES (1, 1, 'coffee', 'bother', '2026-11-01', 2, 1, '[[true, false], [false, true]]', 7, 'after lunch', '2026-11-24 23:46:47.223397+00');
SELECT pg_catalog.setval('public.audit_id_seq', 12, true);
SELECT pg_catalog.setval('public.corrections_id_seq', 2, true);
SELECT pg_catalog.setval('public.diary_entries_id_seq', 1, true);
SELECT pg_catalog.setval('public.events_id_seq', 18, true);
SELECT pg_catalog.setval('public.measurements_id_seq', 2, true);
SELECT pg_catalog.setval('public.measures_id_seq', 26, true);
SELECT pg_catalog.setval('public.people_id_seq', 1, true);
SELECT pg_catalog.setval('public.questionnaires_id_seq', 1, true);
SELECT pg_catalog.setval('public.recordings_id_seq', 2, true);
SELECT pg_catalog.setval('public.treatments_id_seq', 1, true);
SELECT pg_catalog.setval('public.trials_id_seq', 1, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT pk_corrections PRIMARY KEY (id);
ALTER TABLE ONLY public.diary_entries
    ADD CONSTRAINT pk_diary_entries PRIMARY KEY (id);
ALTER TABLE ONLY public.diary_triggers
    ADD CONSTRAINT pk_diary_triggers PRIMARY KEY (entry_id, name);
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
ALTER TABLE ONLY public.questionnaire_items
    ADD CONSTRAINT pk_questionnaire_items PRIMARY KEY (questionnaire_id, number);
ALTER TABLE ONLY public.questionnaires
    ADD CONSTRAINT pk_questionnaires PRIMARY KEY (id);
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT pk_recordings PRIMARY KEY (id);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT pk_settings PRIMARY KEY (digest);
ALTER TABLE ONLY public.treatment_sites
    ADD CONSTRAINT pk_treatment_sites PRIMARY KEY (treatment_id, number);
ALTER TABLE ONLY public.treatments
    ADD CONSTRAINT pk_treatments PRIMARY KEY (id);
ALTER TABLE ONLY public.trials
    ADD CONSTRAINT pk_trials PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT uq_events_measurement_number UNIQUE (measurement_id, number);
ALTER TABLE ONLY public.measurements
    ADD CONSTRAINT uq_measurements_what_made_it UNIQUE (recording_id, version, settings_digest, read_with, mirrored);
ALTER TABLE ONLY public.measures
    ADD CONSTRAINT uq_measures_measurement_number UNIQUE (measurement_id, number);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT uq_people_name UNIQUE (name);
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT uq_recordings_person_sha256 UNIQUE (person_id, sha256);
CREATE INDEX ix_corrections_event_id ON public.corrections USING btree (event_id);
CREATE INDEX ix_corrections_recording_id ON public.corrections USING btree (recording_id);
CREATE INDEX ix_diary_entries_day ON public.diary_entries USING btree (day);
CREATE INDEX ix_diary_entries_person_id ON public.diary_entries USING btree (person_id);
CREATE INDEX ix_measurements_recording_id ON public.measurements USING btree (recording_id);
CREATE INDEX ix_measurements_signals_sha256 ON public.measurements USING btree (signals_sha256);
CREATE INDEX ix_questionnaires_person_id ON public.questionnaires USING btree (person_id);
CREATE INDEX ix_recordings_person_id ON public.recordings USING btree (person_id);
CREATE INDEX ix_recordings_sha256 ON public.recordings USING btree (sha256);
CREATE INDEX ix_treatments_person_id ON public.treatments USING btree (person_id);
CREATE INDEX ix_trials_person_id ON public.trials USING btree (person_id);
ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT fk_corrections_event_id FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT fk_corrections_recording_id FOREIGN KEY (recording_id) REFERENCES public.recordings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.diary_entries
    ADD CONSTRAINT fk_diary_entries_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.diary_triggers
    ADD CONSTRAINT fk_diary_triggers_entry_id FOREIGN KEY (entry_id) REFERENCES public.diary_entries(id) ON DELETE CASCADE;
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
ALTER TABLE ONLY public.questionnaire_items
    ADD CONSTRAINT fk_questionnaire_items_questionnaire_id FOREIGN KEY (questionnaire_id) REFERENCES public.questionnaires(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.questionnaires
    ADD CONSTRAINT fk_questionnaires_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT fk_recordings_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.treatment_sites
    ADD CONSTRAINT fk_treatment_sites_treatment_id FOREIGN KEY (treatment_id) REFERENCES public.treatments(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.treatments
    ADD CONSTRAINT fk_treatments_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.trials
    ADD CONSTRAINT fk_trials_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
