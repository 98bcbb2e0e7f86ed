using System.Reflection;
using Vesper.Numerics.Memory;

namespace Vesper.Tests.House;

/// <summary>The public surface changes only on purpose: the diff of public-api.txt shows it to a reviewer.</summary>
public sealed class PublicApiTests
{
    private const string BaselinePath = "tests/Vesper.Tests/House/public-api.txt";

    [Fact]
    public void The_public_surface_is_the_recorded_one()
    {
        Assembly[] assemblies = [typeof(VesperDatabase).Assembly, typeof(MemoryScope).Assembly];
        var actual = assemblies
            .SelectMany(assembly => PublicApi.Lines(assembly.Location).Prepend($"# {assembly.GetName().Name}.dll"))
            .ToList();
        if (Baseline.IsUpdating)
        {
            Baseline.Write(BaselinePath, string.Join('\n', actual) + '\n');
        }

        var recorded = Baseline.Read(BaselinePath).TrimEnd('\n').Split('\n');
        var gone = recorded.Except(actual).Select(line => "- " + line);
        var changes = gone.Concat(actual.Except(recorded).Select(line => "+ " + line)).ToList();
        Assert.True(
            changes.Count == 0,
            $"The public API changed; if meant, test with {Baseline.Variable}=1:\n{string.Join('\n', changes)}");
    }

    [Fact]
    public void A_type_shows_what_a_user_can_reach_and_nothing_else()
    {
        using var library = new CompiledLibrary(("Box.cs", """
            public sealed record Box(int Width, string? Label = null)
            {
                public const int Max = 3;
                public ref readonly int this[long index] => throw new NotImplementedException();
                internal int Hidden => Secret;
                internal int Secret => 1;
                public static implicit operator Box(int width) => new(width);
            }
            public abstract class Shape<T> where T : unmanaged { protected abstract T Area(in T scale = default); }
            internal sealed class Inside { public int Visible => 1; }
            """));
        string[] expected =
        [
            "sealed record Box : System.IEquatable<Box>",
            "  Box.Box(int Width, string? Label = null)",
            "  const int Box.Max = 3",
            "  int Box.Width { get; init; }",
            "  ref readonly int Box.this[long index] { get; }",
            "  static Box.implicit operator Box(int width)",
            "  string? Box.Label { get; init; }",
            "abstract class Shape<T> where T : unmanaged",
            "  Shape<T>.Shape()",
            "  abstract T Shape<T>.Area(in T scale = default)",
        ];
        Assert.Equal(string.Join('\n', expected), string.Join('\n', PublicApi.Lines(library.Path)));
    }
}
