"""The programs that draw the head (GLSL 3.30): a key light and light from all around, no cast shadows."""

HEAD_VERTEX = """
#version 330
uniform mat4 to_clip;
uniform mat3 turn;
in vec3 in_position;
in vec3 in_normal;
in vec3 in_drawn;
in vec4 in_surface;
out vec3 at;
out vec3 normal;
out vec3 drawn;
out vec4 surface;
void main() {
    at = in_position;
    normal = turn * in_normal;
    drawn = in_drawn;
    surface = in_surface;
    gl_Position = to_clip * vec4(in_position, 1.0);
}
"""

_LIGHT = """
#version 330
uniform vec3 light;
uniform float light_strength;
uniform float exposure;
in vec3 at;
in vec3 normal;
in vec3 drawn;
in vec4 surface;
out vec4 color;

// Colours are squared to be lit and rooted to be shown: close to sRGB, and much cheaper without a GPU.
vec3 linear(vec3 shown) { return shown * shown; }

vec4 lit(vec3 albedo, vec3 n, float wet, vec3 gloss, vec3 tint) {
    float facing = dot(n, light);
    float key = max(facing * 0.8 + 0.2, 0.0);
    vec3 around = mix(vec3(0.50, 0.45, 0.42), vec3(1.0, 1.0, 1.03), 0.5 + 0.5 * n.y);
    around *= 0.72 + 0.28 * max(n.z, 0.0);
    vec3 soft = mix(tint, vec3(1.0), clamp(facing * 1.7 + 0.17, 0.0, 1.0));
    vec3 sum = albedo * (around * (1.15 - 1.15 * light_strength) + soft * key * key * light_strength * 1.9);
    vec3 halfway = normalize(light + vec3(0.0, 0.0, 1.0));
    sum += exp2(wet * (dot(n, halfway) - 1.0)) * light_strength * gloss;
    return vec4(sqrt(clamp(sum * exposure, 0.0, 1.0)), 1.0);
}
"""

SKIN_FRAGMENT = (
    _LIGHT
    + """
uniform sampler2D face;
uniform sampler2D grain;
uniform vec4 face_area;
uniform vec3 skin_color;
uniform vec3 hair_color;
uniform vec3 shirt_color;
const vec3 MOUTH = vec3(0.035, 0.008, 0.007);
void main() {
    float strands = texture(grain, vec2(drawn.x * 6.0 + drawn.z * 6.0, drawn.y * 0.5)).r;
    vec3 painted = texture(face, (drawn.xy - face_area.xy) * face_area.zw).rgb;
    float front = clamp((drawn.z - 0.1) * 2.9, 0.0, 1.0) * clamp((drawn.y - 5.95) * 4.0, 0.0, 1.0);
    vec3 albedo = linear(mix(skin_color * (0.96 + 0.08 * strands), painted, front));
    float hair = clamp((surface.y + 0.35 * (strands - 0.5) - 0.35) * 3.3, 0.0, 1.0);
    albedo = mix(albedo, linear(hair_color) * (0.45 + 1.1 * strands), hair);
    float collar = 5.62 + 0.12 * drawn.z + 0.3 * max(abs(drawn.x) - 0.6, 0.0);
    float shirt = clamp((collar - drawn.y) * 25.0 + 0.5, 0.0, 1.0);
    albedo = mix(albedo, linear(shirt_color) * (0.9 + 0.2 * strands), shirt);
    albedo *= mix(0.22, 1.0, clamp((surface.w - 0.004) * 55.0, 0.0, 1.0));
    albedo = mix(albedo, MOUTH, surface.z);
    vec3 gloss = vec3(0.035 * (1.0 - hair) * (1.0 - shirt) * (1.0 - surface.z));
    color = lit(albedo, normalize(normal), 30.0, gloss, vec3(1.12, 0.92, 0.86));
}
"""
)

EYE_FRAGMENT = (
    _LIGHT
    + """
uniform sampler2D grain;
uniform mat3 turn;
uniform vec3 eye_center[2];
uniform vec3 eye_radii[2];
uniform float lid_height[2];
uniform vec3 gaze;
uniform vec3 iris_color;
void main() {
    int side = at.x > 0.0 ? 0 : 1;
    vec3 local = (at - eye_center[side]) / eye_radii[side];
    vec3 direction = normalize(local);
    float off = length(cross(direction, gaze)) + (dot(direction, gaze) < 0.0 ? 2.0 : 0.0);
    float rays = texture(grain, vec2(atan(local.y, local.x) * 0.8, off)).r;
    vec3 iris = iris_color * (0.55 + 0.9 * rays) * mix(1.35, 0.8, smoothstep(0.15, 0.38, off));
    vec3 white = mix(vec3(0.90, 0.88, 0.86), vec3(0.82, 0.66, 0.62), smoothstep(0.55, 0.95, abs(local.x)));
    vec3 albedo = mix(linear(iris), linear(white), smoothstep(0.385, 0.43, off));
    albedo *= 1.0 - 0.55 * exp(-pow((off - 0.395) / 0.035, 2.0));
    albedo = mix(vec3(0.004), albedo, smoothstep(0.14, 0.17, off));
    // The upper lid and its lashes shade the eye below them.
    float rim = lid_height[side] - 0.045 * local.x * local.x;
    albedo *= mix(0.7, 1.0, smoothstep(-0.005, 0.04, rim - at.y));
    color = lit(albedo * 0.85, turn * normalize(local / eye_radii[side]), 300.0, vec3(1.3), vec3(1.0));
}
"""
)

MOUTH_FRAGMENT = (
    _LIGHT
    + """
const float TEETH = 3.0;
void main() {
    bool tooth = abs(surface.x - TEETH) < 0.5;
    vec3 enamel = vec3(0.58, 0.53, 0.44) * smoothstep(0.28, 0.08, abs(drawn.x));
    vec3 albedo = tooth ? enamel : vec3(0.16, 0.04, 0.04);
    color = lit(albedo, normalize(normal), 40.0, vec3(0.0), vec3(1.0));
}
"""
)

LASH_FRAGMENT = (
    _LIGHT
    + """
void main() {
    float tip = clamp(surface.z, 0.0, 1.0);
    color = vec4(lit(vec3(0.006), normalize(normal), 1.0, vec3(0.0), vec3(1.0)).rgb, surface.y * (1.0 - tip));
}
"""
)

ROOM_VERTEX = """
#version 330
in vec2 in_corner;
out vec2 place;
void main() {
    place = in_corner * 0.5 + 0.5;
    gl_Position = vec4(in_corner, 0.9999, 1.0);
}
"""

ROOM_FRAGMENT = """
#version 330
uniform sampler2D room;
uniform float exposure;
in vec2 place;
out vec4 color;
void main() {
    vec3 srgb = texture(room, place).rgb * (0.85 + 0.15 * place.y);
    color = vec4(srgb * sqrt(exposure), 1.0);
}
"""
