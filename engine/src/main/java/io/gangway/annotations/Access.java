package io.gangway.annotations;

/** What modules keep from being called by reflection. */
final class Access {
    private Access() {}

    /** What to do for a class of which something cannot be called. */
    static String remedy(Class<?> type) {
        Module engine = Access.class.getModule();
        return "module " + type.getModule().getName() + " does not open package " + type.getPackageName()
                + ": declare \"opens " + type.getPackageName()
                + (engine.isNamed() ? " to " + engine.getName() : "")
                + ";\" in its module-info, or make class and method"
                + " public and export the package";
    }
}
