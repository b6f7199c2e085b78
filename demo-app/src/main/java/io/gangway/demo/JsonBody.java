package io.gangway.demo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;

/** A JSON object that a client sent. */
final class JsonBody {
    private static final Gson GSON =
            new GsonBuilder().setStrictness(Strictness.STRICT).create();

    private final JsonObject members;

    private JsonBody(JsonObject members) {
        this.members = members;
    }

    /** @throws BadRequestException if it is none */
    static JsonBody of(String text) {
        try {
            JsonObject members = GSON.fromJson(text, JsonObject.class);
            if (members != null) {
                return new JsonBody(members);
            }
        } catch (JsonParseException malformed) {
            // told below
        }
        throw new BadRequestException("The body has to be a JSON object");
    }

    /** @throws BadRequestException if there is no such text */
    String text(String name) {
        JsonElement member = members.get(name);
        if (member == null
                || !member.isJsonPrimitive()
                || !member.getAsJsonPrimitive().isString()) {
            throw new BadRequestException("\"" + name + "\" has to be a string");
        }
        return member.getAsString();
    }
}
