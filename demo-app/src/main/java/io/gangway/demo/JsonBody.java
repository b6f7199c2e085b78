package io.gangway.demo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;

/** A JSON object in a request's body. */
final class JsonBody {
    private static final Gson GSON =
            new GsonBuilder().setStrictness(Strictness.STRICT).create();

    private final JsonObject members;

    private JsonBody(JsonObject members) {
        this.members = members;
    }

    /** @throws BadRequestException if the text is not a JSON object */
    static JsonBody of(String text) {
        try {
            JsonObject members = GSON.fromJson(text, JsonObject.class);
            if (members != null) {
                return new JsonBody(members);
            }
        } catch (JsonParseException malformed) {
            // reported below
        }
        throw new BadRequestException("The body must be a JSON object");
    }

    /** @throws BadRequestException if there is no string with this name */
    String text(String name) {
        JsonElement member = members.get(name);
        if (member == null
                || !member.isJsonPrimitive()
                || !member.getAsJsonPrimitive().isString()) {
            throw new BadRequestException("\"" + name + "\" must be a string");
        }
        return member.getAsString();
    }
}
