using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Vesper.Tests.House;

/// <summary>What the README shows a newcomer is true.</summary>
public sealed partial class ReadmeTests
{
    private const int QuickStartLinesMax = 10;

    private static string Readme => Baseline.Read("README.md");

    [Fact]
    public void The_quick_start_is_ten_lines_that_compile()
    {
        var code = QuickStart().Match(Readme).Groups["code"].Value;
        var lines = code.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 5, QuickStartLinesMax);

        var compilation = Compiler.Compile(OutputKind.ConsoleApplication, ("README.cs", code));
        Assert.Empty(Compiler.ProblemsOf(compilation));
    }

    [Fact]
    public void The_two_commands_are_those_that_ci_runs()
    {
        var commands = Commands().Matches(Readme).Select(match => match.Groups["command"].Value).Take(2);
        Assert.Equal(["dotnet run -c Release --project src/Vesper.Cli -- demo", "dotnet test -c Release"], commands);

        var script = Baseline.Read(".ci/run");
        Assert.All(commands, command => Assert.Contains(command, script, StringComparison.Ordinal));
    }

    [Fact]
    public void Links_into_the_repository_lead_somewhere()
    {
        var dead = from document in SourceTree.Repository.Files.Select(file => file.Path)
                   where document.EndsWith(".md", StringComparison.Ordinal)
                   from link in Links().Matches(Baseline.Read(document)).Select(match => match.Groups["target"].Value)
                   let folder = Path.GetDirectoryName(SourceTree.Repository.PathOf(document))!
                   where !Path.Exists(Path.Combine(folder, link))
                   select $"{document}: {link}";
        Assert.Empty(dead);
    }

    [GeneratedRegex(
        @"^## Quick start$.*?^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex QuickStart();

    [GeneratedRegex(@"^(\$ )?(?<command>dotnet (run|test)\b.*)$", RegexOptions.Multiline)]
    private static partial Regex Commands();

    // [text](target) and ![picture](target), but no web address and no place within the page.
    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)(?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Links();
}
