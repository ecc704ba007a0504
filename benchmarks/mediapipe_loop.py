"""MediaPipe's Face Landmarker in VIDEO mode over a video, one pass a frame: `mediapipe_loop.py MODEL VIDEO`.

Runs in an interpreter of its own (mediapipe, av, numpy) and prints one line of JSON: frames, seconds with and
without decoding, and processor seconds. It knows nothing of facialis.
"""

import json
import sys
import time

import av
import mediapipe as mp


def main() -> None:
    """Run the loop over all frames and print its times."""
    model, video = sys.argv[1:3]
    options = mp.tasks.vision.FaceLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_path=model),
        running_mode=mp.tasks.vision.RunningMode.VIDEO,
        num_faces=1,
    )
    with mp.tasks.vision.FaceLandmarker.create_from_options(options) as landmarker:
        start, processor, detecting, n = time.perf_counter(), time.process_time(), 0.0, 0
        with av.open(video) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for frame in container.decode(stream):
                picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))
                before = time.perf_counter()
                landmarker.detect_for_video(picture, round(1000 * frame.time))
                detecting += time.perf_counter() - before
                n += 1
        wall, processor = time.perf_counter() - start, time.process_time() - processor
    print(json.dumps({"frames": n, "wall_s": wall, "cpu_s": processor, "detect_s": detecting}))


if __name__ == "__main__":
    main()
