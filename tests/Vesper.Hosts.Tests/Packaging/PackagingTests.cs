using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Vesper.Hosts.Tests.Packaging;

/// <summary>What is published is whole: the library in a new project, the tool in an empty folder.</summary>
public sealed partial class PackagingTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_library_package_carries_all_it_needs_and_depends_on_nothing()
    {
        await using var package = await ZipFile.OpenReadAsync(PathOf("Vesper"), Cancellation);
        string[] expected =
        [
            "lib/net10.0/Vesper.dll", "lib/net10.0/Vesper.xml",
            "lib/net10.0/Vesper.Numerics.dll", "lib/net10.0/Vesper.Numerics.xml",
            "README.md", "LICENSE",
        ];
        Assert.Empty(expected.Except(package.Entries.Select(entry => entry.FullName)));

        var specification = await SpecificationAsync(package);
        Assert.Empty(Elements(specification, "dependency"));
        Assert.Equal("Apache-2.0", Assert.Single(Elements(specification, "license")).Value);
        Assert.Equal("README.md", Assert.Single(Elements(specification, "readme")).Value);
    }

    [Fact]
    public async Task The_tool_package_is_a_tool_named_vesper_with_the_sample_inside()
    {
        await using var package = await ZipFile.OpenReadAsync(PathOf("Vesper.Cli"), Cancellation);
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains(names, name => name.Contains("/samples/debian-packages/", StringComparison.Ordinal));
        Assert.Contains("README.md", names);
        Assert.Contains("LICENSE", names);

        var specification = await SpecificationAsync(package);
        Assert.Equal("DotnetTool", Assert.Single(Elements(specification, "packageType")).Attribute("name")?.Value);
    }

    [Fact]
    public async Task The_quick_start_of_the_readme_runs_against_the_package()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(PackedFeed.Repository, "README.md"), Cancellation);
        var quickStart = QuickStart().Match(readme.ReplaceLineEndings("\n"));
        var folder = feed.NewFolder("consumer");
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), quickStart.Groups["code"].Value, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Vesper" Version="[{feed.Version}]" />
              </ItemGroup>
            </Project>
            """, Cancellation);

        var built = await SdkProcess.DotnetAsync(folder, "build -c Release -o out", Cancellation);
        Assert.True(built.ExitCode == 0, built.Output + built.Errors);

        var ran = await SdkProcess.DotnetAsync(folder, "out/Consumer.dll", Cancellation);
        Assert.True(ran.ExitCode == 0, ran.Output + ran.Errors);
        Assert.Equal(quickStart.Groups["output"].Value, ran.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task The_tool_installs_and_its_demo_runs_in_an_empty_folder()
    {
        var folder = feed.NewFolder("tool");
        var install = $"tool install Vesper.Cli --version {feed.Version} --tool-path bin";
        var installed = await SdkProcess.DotnetAsync(folder, install, Cancellation);
        Assert.True(installed.ExitCode == 0, installed.Output + installed.Errors);

        var vesper = Path.Combine(folder, "bin", SdkProcess.Executable("vesper"));
        var version = await SdkProcess.RunAsync(vesper, folder, "--version", Cancellation);
        Assert.True(version.ExitCode == 0, version.Output + version.Errors);
        Assert.StartsWith(feed.Version, version.Output, StringComparison.Ordinal);

        var demo = await SdkProcess.RunAsync(vesper, feed.NewFolder("empty"), "demo", Cancellation);
        Assert.True(demo.ExitCode == 0, demo.Output + demo.Errors);
        Assert.NotEqual("", demo.Output.Trim());
    }

    private string PathOf(string package) => Path.Combine(feed.Packages, $"{package}.{feed.Version}.nupkg");

    private static async Task<XDocument> SpecificationAsync(ZipArchive package)
    {
        var entry = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal));
        await using var content = await entry.OpenAsync(Cancellation);
        return await XDocument.LoadAsync(content, LoadOptions.None, Cancellation);
    }

    private static IEnumerable<XElement> Elements(XDocument specification, string name) =>
        specification.Descendants().Where(element => element.Name.LocalName == name);

    [GeneratedRegex(
        @"^## Quick start$.*?^```csharp\n(?<code>.*?)^```.*?^```text\n(?<output>.*?)^```",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex QuickStart();
}
