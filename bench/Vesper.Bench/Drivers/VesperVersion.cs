using System.Reflection;

namespace Vesper.Bench.Drivers;

/// <summary>Names the build of the engine, so that an index of another build is not taken for this one's.</summary>
internal static class VesperVersion
{
    /// <summary>The version, and a mark that changes when the engine's code does.</summary>
    public static string Text { get; } = Describe();

    private static string Describe()
    {
        var engine = typeof(VesperDatabase).Assembly;
        var numerics = engine.GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("Vesper", StringComparison.Ordinal))
            .Select(Assembly.Load);
        var marks = numerics.Prepend(engine)
            .Select(assembly => assembly.ManifestModule.ModuleVersionId.ToString("N")[..6]);
        return $"{engine.GetName().Version!.ToString(3)}-{string.Concat(marks)}";
    }
}
