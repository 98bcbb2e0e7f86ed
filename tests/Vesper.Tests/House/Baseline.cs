namespace Vesper.Tests.House;

/// <summary>
/// Text files beside the tests that record what is; VESPER_UPDATE_BASELINES=1 writes them anew, for review as a diff.
/// </summary>
internal static class Baseline
{
    public const string Variable = "VESPER_UPDATE_BASELINES";

    public static bool IsUpdating => Environment.GetEnvironmentVariable(Variable) == "1";

    public static string Read(string path) =>
        File.ReadAllText(SourceTree.Repository.PathOf(path)).ReplaceLineEndings("\n");

    public static void Write(string path, string text) => File.WriteAllText(SourceTree.Repository.PathOf(path), text);
}
