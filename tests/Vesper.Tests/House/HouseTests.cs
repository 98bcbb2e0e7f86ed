using Vesper.Tests.House.Rules;

namespace Vesper.Tests.House;

/// <summary>The rules of the house over this repository, minus what ratchet.txt tolerates for now.</summary>
public sealed class HouseTests
{
    private const string RatchetPath = "tests/Vesper.Tests/House/ratchet.txt";

    private static readonly Rule[] Rules =
    [
        new("file-lines", SizeRules.FileLines),
        new("function-lines", SizeRules.FunctionLines),
        new("line-columns", SizeRules.LineColumns),
        new("empty-name", NameRules.EmptyWords),
        new("root-entries", FileRules.RootEntries),
        new("stray-file", FileRules.StrayFiles),
        new("region", SyntaxRules.Regions),
        new("aggressive-optimization", SyntaxRules.SkippedTiers),
        new("unsealed-class", SyntaxRules.UnsealedClasses),
        new("unsafe-place", UnsafeRules.Place),
        new("unsafe-comment", UnsafeRules.Comment),
        new("project-reference", ProjectRules.ProjectReferences),
        new("package-reference", ProjectRules.PackageReferences),
        new("internals-visible", ProjectRules.InternalsVisible),
        new("folder-order", FolderRules.FolderOrder),
        new("numerics-purity", NumericsRules.Purity),
    ];

    public static TheoryData<string> RuleNames => [.. Rules.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_repository_keeps_the_rule(string name)
    {
        var violations = Rules.Single(rule => rule.Name == name).Check(SourceTree.Repository).ToList();
        var ratchet = Ratchet.Parse(Baseline.Read(RatchetPath));
        if (Baseline.IsUpdating)
        {
            ratchet = ratchet.Shrink(name, violations);
            Baseline.Write(RatchetPath, ratchet.ToString());
        }

        var problems = ratchet.Compare(name, violations);
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void The_ratchet_list_names_rules_that_exist() =>
        Assert.Empty(Ratchet.Parse(Baseline.Read(RatchetPath)).RuleNames.Except(Rules.Select(rule => rule.Name)));
}
