namespace Vesper.Cli;

/// <summary>Finds the sample that travels beside the executable.</summary>
internal static class Samples
{
    /// <summary>The path of a file of the Debian sample.</summary>
    public static string PathOf(string file) =>
        Path.Combine(AppContext.BaseDirectory, "samples", "debian-packages", file);
}
