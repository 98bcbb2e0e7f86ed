using Vesper.Tests.House.Rules;

namespace Vesper.Tests.House;

/// <summary>A use against the order of the folders is found wherever in a type it hides.</summary>
public sealed class FolderRuleTests
{
    private const string Query = """
        namespace Vesper.Query;
        public class Planner { public static int Field; public static void Run() { } }
        public class PlanAttribute : Attribute;
        public class Plan<T> { public class Step; }
        public static class PlanExtensions { public static void Explain(this int plan) { } }
        """;

    [Theory]
    [InlineData("class Bad : Query.Planner;")]
    [InlineData("class Bad { protected Query.Planner? Planner = null; }")]
    [InlineData("class Bad { public void M(List<Query.Planner[]> plans) { } }")]
    [InlineData("class Bad { public void M<T>() where T : Query.Planner { } }")]
    [InlineData("class Bad { public void M() => Query.Planner.Run(); }")]
    [InlineData("class Bad { public int M() => Query.Planner.Field; }")]
    [InlineData("class Bad { public Type M() => typeof(Query.Planner); }")]
    [InlineData("class Bad { public object M() => new Query.Plan<int>(); }")]
    [InlineData("class Bad { public object M() => new Query.Plan<int>.Step(); }")]
    [InlineData("class Bad { public object M() => Enumerable.Empty<Query.Planner>(); }")]
    [InlineData("class Bad { public Func<int> M() => () => Query.Planner.Field; }")]
    [InlineData("class Bad { class Inner { public void M() => Query.Planner.Run(); } }")]
    [InlineData("class Bad { public async Task M() { await Task.Yield(); Query.Planner.Run(); } }")]
    [InlineData("[Query.Plan] class Bad;")]
    [InlineData("class Bad { [Query.Plan] public int P => 1; }")]
    [InlineData("class Bad { public bool M(object o) => o is Query.Planner; }")]
    [InlineData("class Bad { public int M(int n) => n switch { 0 => 4, 1 => 7, 2 => 9, _ => Query.Planner.Field }; }")]
    public void A_use_of_a_folder_to_the_right_is_found(string bad)
    {
        var found = Check(("src/Vesper/Storage/Bad.cs", "namespace Vesper; " + bad), ("src/Vesper/Query/Q.cs", Query));
        var violation = Assert.Single(found);
        Assert.StartsWith("Vesper.Bad->Vesper.Query.Plan", violation.Subject);
        Assert.Equal("Storage must not use Query", violation.Detail);
    }

    [Fact]
    public void A_use_of_a_folder_to_the_left_is_fine() =>
        Assert.Empty(Check(
            ("src/Vesper/Query/Q.cs", Query),
            ("src/Vesper/Engine/E.cs", "namespace Vesper.Engines; class E { public void M() => Query.Planner.Run(); }"),
            ("src/Vesper/Db.cs", "namespace Vesper; public class Db { public void M(Query.Planner plan) { } }")));

    [Fact]
    public void The_namespace_does_not_matter_but_the_folder_does()
    {
        var found = Check(
            ("src/Vesper/Model/A.cs", "namespace Vesper; public class A { public B? Other; }"),
            ("src/Vesper/Engine/B.cs", "namespace Vesper; public class B;"));
        Assert.Equal("Vesper.A->Vesper.B", Assert.Single(found).Subject);
    }

    [Fact]
    public void A_type_in_two_folders_or_in_an_unknown_one_is_found()
    {
        var found = Check(
            ("src/Vesper/Model/A.cs", "namespace Vesper; public partial class A;"),
            ("src/Vesper/Query/A.cs", "namespace Vesper; public partial class A { public int P => 1; }"),
            ("src/Vesper/Extras/B.cs", "namespace Vesper; public class B;"));
        Assert.Equal(["Vesper.A", "src/Vesper/Extras"], found.Select(violation => violation.Subject));
    }

    [Theory]
    [InlineData("Storage", "Model", true)]
    [InlineData("Model", "Storage", false)]
    [InlineData("Payload", "Indexing", false)]
    [InlineData("Segments", "Text", true)]
    [InlineData("Query", "Segments", true)]
    [InlineData("Segments", "Query", false)]
    [InlineData("Tenancy", "Replication", false)]
    [InlineData("root", "Tenancy", true)]
    [InlineData("Engine", "root", false)]
    [InlineData("Model", "Telemetry", true)]
    [InlineData("Telemetry", "Model", true)]
    [InlineData("Telemetry", "Storage", false)]
    public void The_order_is_the_one_of_the_design(string from, string to, bool allowed) =>
        Assert.Equal(allowed, FolderRules.MayUse(from, to));

    private static List<Violation> Check(params (string Path, string Text)[] sources)
    {
        using var library = new CompiledLibrary(sources);
        return [.. FolderRules.Check(SourceTree.Of(sources), library.Path)];
    }
}
