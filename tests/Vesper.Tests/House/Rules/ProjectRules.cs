using System.Xml.Linq;

namespace Vesper.Tests.House.Rules;

/// <summary>Projects refer to each other along the arrows of the design; the library takes no package.</summary>
internal static class ProjectRules
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Vesper.Numerics"] = [],
        ["Vesper"] = ["Vesper.Numerics"],
        ["Vesper.Cli"] = ["Vesper"],
        ["Vesper.Cluster"] = ["Vesper"],
        ["Vesper.Server"] = ["Vesper", "Vesper.Cluster"],
        ["Vesper.Native"] = ["Vesper"],
    };

    private static readonly string[] WithoutPackages = ["Vesper", "Vesper.Numerics"];

    public static IEnumerable<Violation> ProjectReferences(SourceTree tree)
    {
        foreach (var project in tree.Projects.Where(file => file.IsUnder("src")))
        {
            var name = NameOf(project.Name);
            var allowed = Arrows.GetValueOrDefault(name);
            if (allowed is null)
            {
                yield return new Violation(project.Path, 1, "a new project: draw its arrows");
            }

            var targets = Items(project, "ProjectReference").Select(item => NameOf(Include(item)));
            foreach (var target in targets.Except(allowed ?? []))
            {
                yield return new Violation($"{project.Path}->{target}", 1, $"{name} must not refer to {target}");
            }
        }

        foreach (var project in tree.Projects.Where(file => !file.IsUnder("bench")))
        {
            var targets = Items(project, "ProjectReference").Select(Include);
            foreach (var target in targets.Where(target => target.Contains("/bench/", StringComparison.Ordinal)))
            {
                yield return new Violation($"{project.Path}->{NameOf(target)}", 1, "only bench knows bench");
            }
        }
    }

    /// <summary>An analyzer (PrivateAssets="all") reaches no user. What shared props refer to counts for all.</summary>
    public static IEnumerable<Violation> PackageReferences(SourceTree tree) =>
        from file in tree.Files
        where file.Extension is ".props" or ".targets"
            || (file.Extension == ".csproj" && WithoutPackages.Contains(NameOf(file.Name)))
        from item in Items(file, "PackageReference").Concat(Items(file, "GlobalPackageReference"))
        where (item.Attribute("PrivateAssets")?.Value ?? item.Element("PrivateAssets")?.Value) != "all"
        select new Violation($"{file.Path}->{Include(item)}", 1, "the library takes no package");

    /// <summary>The hosts know the engine through its public API, as every user does.</summary>
    public static IEnumerable<Violation> InternalsVisible(SourceTree tree) =>
        from project in tree.Projects
        from item in Items(project, "InternalsVisibleTo")
        where Arrows.ContainsKey(Include(item))
        select new Violation($"{project.Path}->{Include(item)}", 1, "internals are for tests and benchmarks only");

    private static IEnumerable<XElement> Items(SourceFile file, string name) =>
        XDocument.Parse(file.Text).Descendants(name);

    private static string Include(XElement item) =>
        (item.Attribute("Include")?.Value ?? item.Attribute("Update")?.Value ?? "").Replace('\\', '/');

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project);
}
