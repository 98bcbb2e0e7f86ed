using Vesper.Numerics.Kernels.Screens;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Centroids in the order of their groups, with their codes. Immutable.</summary>
internal sealed class ScreenTarget : IDisposable
{
    /// <summary>Most centroids of a panel at any width.</summary>
    public const int PanelWidthMax = 32;

    private readonly int[] _firstPanels;

    /// <summary>Groups, sorts and packs centroids.</summary>
    public ScreenTarget(ScreenKernel kernel, ScreenSpace space, RowMatrix<float> centroids, MemoryScope scope)
    {
        Kernel = kernel;
        Dimensions = space.Dimensions;
        PerUnit = space.PerUnit;
        int width = kernel.PanelWidth;
        int leaders = Math.Min(centroids.Count, (int)Math.Sqrt(centroids.Count) / width * width + width);
        using var groups = new CentroidGroups(centroids, Dimensions, leaders, scope);
        Numbers = groups.Numbers;
        Centroids = new RowMatrix<float>(Dimensions, scope);
        foreach (int number in Numbers)
        {
            Centroids.Append(centroids.Row(number)[..Dimensions]);
        }

        Leaders = new ScreenPanels(kernel, space, groups.Leaders, scope);
        Panels = new ScreenPanels(kernel, space, Centroids, scope);
        LeaderCount = leaders;
        _firstPanels = [.. groups.Starts.Select(place => Math.Min(place, Numbers.Length - 1) / width)];
    }

    /// <summary>Whose layout the codes have.</summary>
    public ScreenKernel Kernel { get; }

    /// <summary>Elements of a row.</summary>
    public int Dimensions { get; }

    /// <summary>Code units in a distance of 1.</summary>
    public float PerUnit { get; }

    /// <summary>Groups.</summary>
    public int LeaderCount { get; }

    /// <summary>The centroid's number, by place.</summary>
    public int[] Numbers { get; }

    /// <summary>The centroids, by place.</summary>
    public RowMatrix<float> Centroids { get; }

    /// <summary>Codes of the groups' means.</summary>
    public ScreenPanels Leaders { get; }

    /// <summary>Codes of the centroids, by place.</summary>
    public ScreenPanels Panels { get; }

    /// <summary>The panel where a group starts.</summary>
    public int FirstPanel(int leader) => _firstPanels[leader];

    /// <summary>The centroid at a place.</summary>
    public ReadOnlySpan<float> Centroid(int place) => Centroids.Addresses.Span(place, Dimensions);

    /// <inheritdoc/>
    public void Dispose()
    {
        Centroids.Dispose();
        Leaders.Dispose();
        Panels.Dispose();
    }
}
